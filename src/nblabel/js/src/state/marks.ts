import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import { scoreOf } from "./suggestions";
import type { Tree } from "./tree";

/** A region as a stage draws it; the same object as long as nothing of it changes. */
export interface RegionMark {
  readonly region: Region;
  readonly id: string;
  readonly color: string;
  readonly label: string;
  readonly score: number | undefined;
  readonly suggestion: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
  readonly locked: boolean;
}

interface Known {
  readonly mark: RegionMark;
  readonly tree: Tree;
  readonly show: boolean;
}

/**
 * The marks of an object, as a function of the editor's state: suggestions after what a person has
 * reviewed. It remembers its last answer, so that of many regions only the changed ones cost.
 */
export function marksOf(editor: Editor, object: string): () => RegionMark[] {
  let known = new Map<string, Known>();
  return () => {
    const next = new Map<string, Known>();
    const selection = new Set(editor.selection.value);
    const hidden = editor.hidden.value;
    const tree = editor.tree.value;
    const show = showsLabels(editor, tree, object);
    const markOf = (region: Region, suggestion: boolean): RegionMark => {
      const before = known.get(region.id);
      const kept =
        before?.tree === tree && before.show === show && sameItems(before.mark.region, region);
      const now = {
        suggestion,
        score: suggestion ? (scoreOf(editor, region.items[0]?.result) ?? undefined) : undefined,
        selected: selection.has(region.id),
        hidden: hidden.has(region.id),
        locked: !suggestion && !editor.labeling.mayChange(region),
      };
      const mark =
        kept && isSuch(before.mark, now)
          ? before.mark
          : { ...(kept ? before.mark : worded(editor, region, show)), ...now };
      next.set(region.id, { mark, tree, show });
      return mark;
    };
    const own = (region: Region) => region.object === object;
    const marks = [
      ...editor.regions.value.filter(own).map((region) => markOf(region, false)),
      ...editor.suggestions.value.filter(own).map((region) => markOf(region, true)),
    ];
    known = next;
    return marks;
  };
}

/** The object's own word on it, else the person's setting. */
function showsLabels(editor: Editor, tree: Tree, object: string): boolean {
  const element = tree.named(object);
  return element?.attributes.showLabels === undefined
    ? editor.settings.value.showLabels
    : tree.flag(element, "showLabels");
}

function worded(editor: Editor, region: Region, show: boolean) {
  const labels = show ? editor.labeling.regionLabels(region) : [];
  return {
    region,
    id: region.id,
    color: editor.labeling.regionColor(region),
    label: labels.map(({ name }) => name).join(", "),
  };
}

const sameItems = (a: Region, b: Region): boolean =>
  a === b ||
  (a.items.length === b.items.length && a.items.every((item, i) => sameItem(item, b.items[i])));

/** A suggestion's items are made anew for every look; its results are not. */
const sameItem = (a: Region["items"][number], b: Region["items"][number] | undefined): boolean =>
  a.uid === b?.uid && a.result === b.result;

type Now = Pick<RegionMark, "suggestion" | "score" | "selected" | "hidden" | "locked">;

const isSuch = (mark: RegionMark, now: Now): boolean =>
  mark.suggestion === now.suggestion &&
  mark.score === now.score &&
  mark.selected === now.selected &&
  mark.hidden === now.hidden &&
  mark.locked === now.locked;

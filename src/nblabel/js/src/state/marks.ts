import { computed } from "@preact/signals-core";
import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import type { PathColor } from "./labels";
import { mayChange } from "./regions";
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
  readonly colors: ReadonlyMap<string, PathColor>;
}

/**
 * The marks of an object, as a function of the editor's state: suggestions after what a person has
 * reviewed. Of many regions only those cost that changed; a selection costs the selected.
 */
export function marksOf(editor: Editor, object: string): () => readonly RegionMark[] {
  const marks = computed(unselectedOf(editor, object));
  const known = new WeakMap<RegionMark, RegionMark>();
  const selected = (mark: RegionMark): RegionMark => {
    const made = known.get(mark) ?? { ...mark, selected: true };
    known.set(mark, made);
    return made;
  };
  return () => {
    const selection = new Set(editor.selection.value);
    if (selection.size === 0) return marks.value;
    return marks.value.map((mark) => (selection.has(mark.id) ? selected(mark) : mark));
  };
}

/** The marks as if nothing were selected; it remembers its last answer. */
function unselectedOf(editor: Editor, object: string): () => RegionMark[] {
  let known = new Map<string, Known>();
  return () => {
    const next = new Map<string, Known>();
    const hidden = editor.hidden.value;
    const tree = editor.tree.value;
    const show = showsLabels(editor, tree, object);
    const colors = editor.labels.inTrees.value;
    const marks: RegionMark[] = [];
    const add = (region: Region) => {
      const suggestion = region.suggested;
      const before = known.get(region.id);
      const kept =
        before?.tree === tree &&
        before.show === show &&
        before.colors === colors &&
        sameItems(before.mark.region, region);
      const now = {
        suggestion,
        score: suggestion ? (scoreOf(editor, region.items[0]?.result) ?? undefined) : undefined,
        selected: false,
        hidden: hidden.has(region.id),
        locked: !suggestion && !mayChange(editor, region),
      };
      const same = kept && isSuch(before.mark, now);
      const mark = same
        ? before.mark
        : { ...(kept ? before.mark : worded(editor, region, show)), ...now };
      next.set(region.id, same ? before : { mark, tree, show, colors });
      marks.push(mark);
    };
    for (const region of editor.regions.value) if (region.object === object) add(region);
    for (const region of editor.suggestions.value) if (region.object === object) add(region);
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
  const labels = editor.labels.regionLabels(region);
  return {
    region,
    id: region.id,
    color: editor.labels.regionColor(region, labels),
    label: show ? labels.map(({ name }) => name).join(", ") : "",
  };
}

const sameItems = (a: Region, b: Region): boolean =>
  a === b ||
  (a.items.length === b.items.length && a.items.every((item, i) => sameItem(item, b.items[i])));

/** A suggestion's items are made anew for every look; its results are not. */
const sameItem = (a: Region["items"][number], b: Region["items"][number] | undefined): boolean =>
  a.uid === b?.uid && a.result === b.result;

type Now = Pick<RegionMark, "suggestion" | "score" | "hidden" | "locked">;

const isSuch = (mark: RegionMark, now: Now): boolean =>
  mark.suggestion === now.suggestion &&
  mark.score === now.score &&
  mark.hidden === now.hidden &&
  mark.locked === now.locked;

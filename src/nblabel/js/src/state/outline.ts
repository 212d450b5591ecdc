import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import { marked } from "./regions";

/** Regions under one heading; nested ones, as a rule, have none. */
export interface Group {
  readonly name: string;
  readonly regions: readonly Placed[];
}

/** A region in the list, with how deep it lies inside others. */
export interface Placed {
  readonly region: Region;
  readonly depth: number;
}

/** The regions as the list shows them: narrowed, sorted, in groups. */
export function outline(editor: Editor): readonly Group[] {
  const { groupBy } = editor.settings.value;
  const regions = sorted(editor, narrowed(editor));
  if (groupBy === "inside") return [{ name: "", regions: nested(regions) }];
  const groups = new Map<string, Placed[]>();
  for (const region of regions) {
    const name = groupBy === "tool" ? toolOf(region) : labelOf(editor, region);
    const group = groups.get(name) ?? [];
    group.push({ region, depth: 0 });
    groups.set(name, group);
  }
  return [...groups].map(([name, regions]) => ({ name, regions }));
}

/** The regions in the order in which the list shows them. */
export const inOrder = (editor: Editor): Region[] =>
  outline(editor).flatMap(({ regions }) => regions.map(({ region }) => region));

export const labelOf = (editor: Editor, region: Region): string =>
  editor.labels
    .regionLabels(region)
    .map(({ name }) => name)
    .join(", ") || "no label";

/** What kind of region it is, in the words of its result's type. */
const toolOf = ({ items: [first] }: Region): string =>
  String(first?.result.type ?? "").replace(/labels$/, "") || "text";

/** The note on a region: Label Studio keeps it as a list with one text. */
export function noteOf({ items }: Region): string {
  const [meta] = items.flatMap(({ result }) => (result.meta ? [result.meta] : []));
  const text = (meta as { text?: unknown } | undefined)?.text;
  return [text ?? ""].flat().map(String).join("\n");
}

/** The regions of which every word is said: by a label, what it marks, its note. */
function narrowed(editor: Editor): readonly Region[] {
  const words = editor.narrowed.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return editor.regions.value;
  return editor.regions.value.filter((region) => {
    const said = [labelOf(editor, region), marked(editor, region), noteOf(region)];
    const text = said.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function sorted(editor: Editor, regions: readonly Region[]): readonly Region[] {
  const { sortBy, lastFirst } = editor.settings.value;
  const score = ({ items: [first] }: Region) => Number(first?.result.score ?? Number.NaN);
  // Those without a score come after all others, whichever way.
  const by = (a: Region, b: Region) =>
    Number(Number.isNaN(score(a))) - Number(Number.isNaN(score(b))) ||
    (lastFirst ? score(b) - score(a) : score(a) - score(b)) ||
    0;
  if (sortBy === "score") return [...regions].sort(by);
  return lastFirst ? [...regions].reverse() : regions;
}

export const parentOf = ({ items }: Region): string | undefined => {
  const parent = items.find(({ result }) => result.parentID)?.result.parentID;
  return parent === undefined ? undefined : String(parent);
};

/** Each region after the one that it lies in; those whose parent is not there stand outermost. */
function nested(regions: readonly Region[]): Placed[] {
  const ids = new Set(regions.map(({ id }) => id));
  const inside = new Map<string | undefined, Region[]>();
  for (const region of regions) {
    const parent = parentOf(region);
    const at = parent !== undefined && ids.has(parent) && parent !== region.id ? parent : undefined;
    inside.set(at, [...(inside.get(at) ?? []), region]);
  }
  if (inside.size <= 1) return regions.map((region) => ({ region, depth: 0 }));
  const placed = new Map<string, Placed>();
  const visit = (at: string | undefined, depth: number) => {
    for (const region of inside.get(at) ?? []) {
      if (placed.has(region.id)) continue;
      placed.set(region.id, { region, depth });
      visit(region.id, depth + 1);
    }
  };
  visit(undefined, 0);
  // A circle, as a file may have it, has no outermost.
  for (const region of regions)
    if (!placed.has(region.id)) placed.set(region.id, { region, depth: 0 });
  return [...placed.values()];
}

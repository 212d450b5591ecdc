import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import { scoreOf } from "./suggestions";

/** A region as a stage draws it. */
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

/** The regions of an object, suggestions after what a person has reviewed. */
export function marksOf(editor: Editor, object: string): RegionMark[] {
  const selection = new Set(editor.selection.value);
  const hidden = editor.hidden.value;
  const { labeling } = editor;
  const show = editor.settings.value.showLabels;
  const mark = (region: Region, suggestion: boolean): RegionMark => ({
    region,
    id: region.id,
    color: labeling.regionColor(region),
    label: show
      ? labeling
          .regionLabels(region)
          .map(({ name }) => name)
          .join(", ")
      : "",
    score: suggestion ? (scoreOf(editor, region.items[0]?.result) ?? undefined) : undefined,
    suggestion,
    selected: selection.has(region.id),
    hidden: hidden.has(region.id),
    locked: !suggestion && !labeling.mayChange(region),
  });
  const own = (region: Region) => region.object === object;
  return [
    ...editor.regions.value.filter(own).map((region) => mark(region, false)),
    ...editor.suggestions.value.filter(own).map((region) => mark(region, true)),
  ];
}

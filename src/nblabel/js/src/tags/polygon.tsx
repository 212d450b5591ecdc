import type { Size } from "../core/geometry";
import type { Value } from "../core/regions";
import { type Polygon, polygon } from "../stage/shapes/polygon";
import type { Editor } from "../state/editor";
import type { Family, MissingProblem, Place } from "../state/family";
import { placeOf, placing } from "../state/places";
import { hotkeys, Palette, styles } from "./_labels";
import { aside, measured, number, percent, pixels } from "./_percent";

/** Pairs of percent, as Label Studio has them; one that says nothing of it is closed. */
function read(value: Value, size: Size): Polygon {
  const given = Array.isArray(value.points) ? value.points : [];
  const points = given.filter(Array.isArray).map(([x, y]) => ({
    x: pixels(x, size.width),
    y: pixels(y, size.height),
  }));
  return { points, closed: value.closed !== false };
}

const write = ({ points, closed }: Polygon, size: Size) => ({
  points: points.map(({ x, y }) => [percent(x, size.width), percent(y, size.height)]),
  closed,
});

const WHOLE = { width: 100, height: 100 };

const place: Place = {
  name: "polygon",
  objects: ["Image"],
  types: ["polygon", "polygonlabels"],
  keys: ["points", "closed"],
  describe: (value, media) =>
    measured(media, (size) => {
      const { minX, minY } = polygon.bounds(read(value, size));
      const { length } = read(value, size).points;
      return `${Math.round(minX)}, ${Math.round(minY)} · ${length} points`;
    }),
  shifted(value) {
    const { points } = read(value, WHOLE);
    const { minX, minY, maxX, maxY } = polygon.bounds({ points, closed: true });
    const by = { x: aside(minX, maxX - minX) - minX, y: aside(minY, maxY - minY) - minY };
    return { points: points.map(({ x, y }) => [number(x + by.x), number(y + by.y)]) };
  },
  tool: {
    command: "tool:polygon",
    words: "Draw polygons",
    icon: "M8 1.8 14 6.3 11.8 13.7H4.2L2 6.3z",
  },
  shape: { figure: polygon, read, write: (shape, size) => write(shape as Polygon, size) },
};

/** What is said of the first polygon that is not closed: Label Studio submits none either. */
function unfinished(editor: Editor): MissingProblem | undefined {
  const tree = editor.tree.value;
  const open = editor.regions.value.find(
    (region) =>
      placeOf(editor, region) === place && placing(tree, region)?.result.value?.closed === false,
  );
  const name = open && placing(tree, open)?.result.from_name;
  const control = tree.named(name);
  if (!open || !control) return undefined;
  const labels = editor.labels.regionLabels(open).map((label) => label.name);
  const text =
    `"${labels.join(", ") || name}" is not closed yet: ` +
    "a click on its first point closes it, as Enter there does.";
  return { text, control, region: open.id };
}

export const family: Family = {
  unfinished,
  views: { Polygon: () => null, PolygonLabels: Palette },
  places: [place],
  hotkeys,
  styles,
};

import type { Size } from "../core/geometry";
import type { Value } from "../core/regions";
import { type Polygon, polygon } from "../stage/shapes/polygon";
import type { Family, Place } from "../state/family";
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

export const family: Family = {
  views: { Polygon: () => null, PolygonLabels: Palette },
  places: [place],
  hotkeys,
  styles,
};

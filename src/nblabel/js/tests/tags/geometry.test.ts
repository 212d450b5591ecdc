/** Where regions lie, by a calculation of its own: matrices on points, and not the figures' formulas. */
import families from "families";
import { describe, expect, inject, it } from "vitest";
import type { Point, Size } from "../../src/core/geometry";
import type { Figure } from "../../src/stage/shapes/figure";
import { turned } from "../../src/tags/image";
import { seeded } from "../random";

type Matrix = readonly [number, number, number, number, number, number];

/** One transformation after another: a b c d e f as in CSS's matrix(). */
const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];
const shift = (x: number, y: number): Matrix => [1, 0, 0, 1, x, y];
const scale = (x: number, y: number): Matrix => [x, 0, 0, y, 0, 0];
const turn = (degrees: number): Matrix => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos, sin, -sin, cos, 0, 0];
};
const at = (m: Matrix, { x, y }: Point): Point => ({
  x: m[0] * x + m[2] * y + m[4],
  y: m[1] * x + m[3] * y + m[5],
});

/** From the upright image to the one that is turned clockwise about its middle. */
function turning({ width, height }: Size, degrees: number): Matrix {
  const about = times(turn(degrees), shift(-width / 2, -height / 2));
  const [wide, high] = degrees % 180 === 0 ? [width, height] : [height, width];
  return times(shift(wide / 2, high / 2), about);
}

const TURNS = [0, 90, 180, 270] as const;
const shapes = families.flatMap(({ places = [] }) => places).filter(({ shape }) => shape);
const shapeOf = (name: string) => {
  const place = shapes.find((one) => one.name === name);
  if (!place?.shape) throw new Error(`there is no ${name}`);
  return { ...place.shape, figure: place.shape.figure as Figure };
};

function* cases(count: number) {
  const random = seeded(23);
  const upTo = (most: number) => random() * most;
  for (let i = 0; i < count; i++) {
    const size = { width: 20 + Math.floor(upTo(3000)), height: 20 + Math.floor(upTo(3000)) };
    const rotation = i % 4 === 0 ? 0 : upTo(360);
    yield { size, random, rotation, a: upTo(100), b: upTo(100), c: upTo(50), d: upTo(50) };
  }
}

/** Points that are in a shape, and others that are not, by what its unit shape holds. */
function* probes(random: () => number, unit: Matrix, holds: (point: Point) => number) {
  for (let i = 0; i < 40; i++) {
    const point = { x: 4 * random() - 2, y: 4 * random() - 2 };
    const depth = holds(point);
    if (Math.abs(depth) > 1e-6) yield { point: at(unit, point), inside: depth > 0 };
  }
}

describe("Label Studio's numbers", () => {
  it("of a rectangle: its corner in percent, and a turn about that corner, in pixels", () => {
    const { read, figure } = shapeOf("rectangle");
    for (const { size, random, rotation, a, b, c, d } of cases(200)) {
      const value = { x: a, y: b, width: c, height: d, rotation };
      const corner = shift((a * size.width) / 100, (b * size.height) / 100);
      const sides = scale((c * size.width) / 100, (d * size.height) / 100);
      const unit = times(times(corner, turn(rotation)), sides);
      const holds = ({ x, y }: Point) => Math.min(x, 1 - x, y, 1 - y);
      for (const degrees of TURNS)
        for (const { point, inside } of probes(random, unit, holds)) {
          const shown = turned(read(value, size), figure, size, degrees);
          expect(figure.hit(shown, at(turning(size, degrees), point), 0)).toBe(inside);
        }
    }
  });

  it("of an ellipse: its middle, its radii, each in percent of its side, and a turn about it", () => {
    const { read, figure } = shapeOf("ellipse");
    for (const { size, random, rotation, a, b, c, d } of cases(200)) {
      const value = { x: a, y: b, radiusX: c, radiusY: d, rotation };
      const middle = shift((a * size.width) / 100, (b * size.height) / 100);
      const radii = scale((c * size.width) / 100, (d * size.height) / 100);
      const unit = times(times(middle, turn(rotation)), radii);
      const holds = ({ x, y }: Point) => 1 - x * x - y * y;
      for (const degrees of TURNS)
        for (const { point, inside } of probes(random, unit, holds)) {
          const shown = turned(read(value, size), figure, size, degrees);
          expect(figure.hit(shown, at(turning(size, degrees), point), 0)).toBe(inside);
        }
    }
  });

  it("of a polygon: each of its points in percent", () => {
    const { read, figure } = shapeOf("polygon");
    for (const { size, random, a, b, c, d } of cases(100)) {
      // A triangle, as the image of that between (0, 0), (1, 0) and (0, 1).
      const corners = [
        [a, b],
        [a + c, b],
        [a, b + d],
      ];
      const value = { points: corners, closed: true };
      const unit = times(
        shift((a * size.width) / 100, (b * size.height) / 100),
        scale((c * size.width) / 100, (d * size.height) / 100),
      );
      const holds = ({ x, y }: Point) => Math.min(x, y, 1 - x - y);
      for (const degrees of TURNS)
        for (const { point, inside } of probes(random, unit, holds)) {
          const shown = turned(read(value, size), figure, size, degrees);
          expect(figure.hit(shown, at(turning(size, degrees), point), 0)).toBe(inside);
        }
    }
  });
});

describe("what surrounds a shape", () => {
  it.each(["rectangle", "ellipse"])("touches a %s on all four sides", (name) => {
    const { read, figure } = shapeOf(name);
    for (const { size, rotation, a, b, c, d } of cases(100)) {
      const place = { x: a, y: b, rotation };
      const value = { ...place, width: c, height: d, radiusX: c, radiusY: d };
      const { minX, minY, maxX, maxY } = figure.bounds(read(value, size));
      const round = name === "ellipse";
      const unit = times(
        times(shift((a * size.width) / 100, (b * size.height) / 100), turn(rotation)),
        scale((c * size.width) / 100, (d * size.height) / 100),
      );
      const steps = Array.from({ length: 3600 }, (_, i) => (i * Math.PI) / 1800);
      const edge = round
        ? steps.map((angle) => ({ x: Math.cos(angle), y: Math.sin(angle) }))
        : [0, 1].flatMap((x) => [0, 1].map((y) => ({ x, y })));
      const xs = edge.map((point) => at(unit, point).x);
      const ys = edge.map((point) => at(unit, point).y);
      const slack = round ? 1e-5 * (size.width + size.height) : 1e-6;
      for (const [got, wanted] of [
        [minX, Math.min(...xs)],
        [maxX, Math.max(...xs)],
        [minY, Math.min(...ys)],
        [maxY, Math.max(...ys)],
      ] as const)
        expect(Math.abs(got - wanted)).toBeLessThan(slack);
    }
  });
});

describe('snap="pixel"', () => {
  const { tags } = inject("declared");
  const SIZE = { width: 333, height: 217 };
  const outlined = shapes.filter(({ shape }) => shape && !(shape.figure as Figure).paint);

  it.each(outlined.map(({ name, types }) => [name, types[0] as string]))(
    "puts a %s on whole pixels",
    (name, type) => {
      const { read, write, figure } = shapeOf(name);
      const sample = Object.values(tags).find((tag) => tag.types.includes(type))?.sample;
      const value = write(figure.snap(read(sample ?? {}, SIZE), SIZE), SIZE) ?? {};
      const lengths = (given: unknown): number[] => {
        if (Array.isArray(given)) {
          const [x, y] = given;
          return typeof x === "number" ? [x * 3.33, y * 2.17] : given.flatMap(lengths);
        }
        if (typeof given !== "object" || given === null) return [];
        return Object.entries(given).flatMap(([key, part]) => {
          if (["x", "radiusX"].includes(key)) return Number(part) * 3.33;
          if (["y", "radiusY"].includes(key)) return Number(part) * 2.17;
          if (name === "rectangle" && key === "width") return Number(part) * 3.33;
          if (name === "rectangle" && key === "height") return Number(part) * 2.17;
          return lengths(part);
        });
      };
      const found = lengths(value);
      expect(found.length).toBeGreaterThan(1);
      const within = name === "keypoint" ? 0.5 : 0; // in the middle of its pixel, as in Label Studio
      for (const length of found)
        expect(Math.abs(length - within - Math.round(length - within))).toBeLessThan(1e-6);
    },
  );
});

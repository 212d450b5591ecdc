import { describe, expect, it } from "vitest";
import { ShapeIndex } from "../../../src/stage/image/shape-index";
import type { Shape } from "../../../src/stage/shapes/figure";
import { rectangle } from "../../../src/stage/shapes/rectangle";
import { seeded } from "../../random";

const shapeAt = (id: string, x: number, y: number): Shape => ({
  id,
  figure: "rectangle",
  geometry: { x, y, width: 10, height: 10, rotation: 0 },
  color: "red",
  label: "",
  suggestion: false,
  selected: false,
  hidden: false,
  locked: false,
});

const bounds = (shape: Shape) => rectangle.bounds(shape.geometry);

describe("ShapeIndex", () => {
  it("finds what is there after any edits, in drawing order", () => {
    const random = seeded(14);
    const index = new ShapeIndex(bounds);
    let shapes = Array.from({ length: 500 }, (_, place) =>
      shapeAt(`${place}`, random() * 1000, random() * 1000),
    );
    for (let round = 0; round < 30; round++) {
      index.update(shapes);
      const x = random() * 900;
      const y = random() * 900;
      const wanted = shapes.filter(
        ({ geometry }) =>
          geometry.x <= x + 100 &&
          geometry.x + 10 >= x &&
          geometry.y <= y + 100 &&
          geometry.y + 10 >= y,
      );
      const found = index.search({ minX: x, minY: y, maxX: x + 100, maxY: y + 100 });
      expect(found).toEqual(wanted);
      shapes = shapes
        .filter(() => random() > 0.05)
        .map((shape) =>
          random() < 0.1 ? shapeAt(shape.id, random() * 1000, random() * 1000) : shape,
        );
    }
  });

  it("tells what went and what came, and not what only changed places", () => {
    const index = new ShapeIndex(bounds);
    const shapes = Array.from({ length: 300 }, (_, place) => shapeAt(`${place}`, 3 * place, 0));
    const all = { minX: -1, minY: -1, maxX: 999, maxY: 999 };
    expect(index.update(shapes)).toHaveLength(300);
    const moved = shapeAt("7", 500, 500);
    const other = shapes.map((shape, place) => (place === 7 ? moved : shape));
    expect(index.update(other)).toEqual([shapes[7], moved]);
    const swapped = [other[1], other[0], ...other.slice(2)] as Shape[];
    expect(index.update(swapped)).toEqual([]);
    expect(index.search(all)).toEqual(swapped);
    expect(index.update(swapped.slice(0, -1))).toEqual(swapped.slice(-1));
    expect(index.search(all)).toEqual(swapped.slice(0, -1));
  });

  it("is empty again when all shapes are gone", () => {
    const index = new ShapeIndex(bounds);
    index.update(Array.from({ length: 300 }, (_, place) => shapeAt(`${place}`, place, 0)));
    index.update([]);
    expect(index.search({ minX: -1, minY: -1, maxX: 999, maxY: 999 })).toEqual([]);
  });
});

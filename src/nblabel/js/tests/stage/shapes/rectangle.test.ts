import { describe, expect, it } from "vitest";
import {
  centre,
  corners,
  distance,
  isInside,
  type Rectangle,
  toLocal,
} from "../../../src/core/geometry";
import { drawn, onSide, rectangle } from "../../../src/stage/shapes/rectangle";
import { seeded } from "../../random";

const SIZE = { width: 800, height: 600 };
const PLAIN = { shift: false, alt: false };
const OPPOSITE: Record<string, number> = { nw: 2, ne: 3, se: 0, sw: 1 };

function randomRectangle(random: () => number, rotation = random() * 360): Rectangle {
  const between = (low: number, high: number) => low + random() * (high - low);
  const width = between(40, 120);
  const height = between(40, 120);
  return { x: between(250, 450), y: between(250, 350), width, height, rotation };
}

const handleOf = (rect: Rectangle, id: string) => {
  const handle = rectangle.handles(rect, 1, true).find((one) => one.id === id);
  if (!handle) throw new Error(`no handle ${id}`);
  return handle;
};

const pull = (rect: Rectangle, id: string, dx: number, dy: number, keys = PLAIN) => {
  const from = handleOf(rect, id);
  return rectangle.drag(rect, id, from, { x: from.x + dx, y: from.y + dy }, keys, SIZE);
};

describe("dragging a corner", () => {
  it("keeps the opposite corner where it is in the image, at any rotation", () => {
    const random = seeded(6);
    for (let round = 0; round < 100; round++)
      for (const [id, opposite] of Object.entries(OPPOSITE)) {
        const rect = randomRectangle(random);
        const pulled = pull(rect, id, random() * 30 - 15, random() * 30 - 15);
        const before = corners(rect)[opposite];
        const after = corners(pulled)[opposite];
        expect(after?.x).toBeCloseTo(before?.x ?? Number.NaN, 6);
        expect(after?.y).toBeCloseTo(before?.y ?? Number.NaN, 6);
        expect(pulled.rotation).toBe(rect.rotation);
      }
  });

  it("brings the corner under the pointer", () => {
    const rect = { x: 100, y: 100, width: 50, height: 40, rotation: 0 };
    expect(pull(rect, "se", 10, 5)).toEqual({ ...rect, width: 60, height: 45 });
    expect(pull(rect, "nw", 10, 5)).toEqual({ x: 110, y: 105, width: 40, height: 35, rotation: 0 });
  });

  it("leaves a box at the image's edge, where it cannot be turned over", () => {
    const rect = { x: 700, y: 100, width: 100, height: 40, rotation: 0 };
    expect(pull(rect, "w", 300, 0).width).toBeCloseTo(1, 4);
    const turned = { x: 790, y: 40, width: 60, height: 40, rotation: 60 };
    for (const id of ["n", "w", "s", "e"]) {
      const { width, height } = pull(turned, id, 2000, 1500);
      expect(Math.min(width, height)).toBeGreaterThan(0.99);
    }
  });

  it("across the opposite side turns the box over", () => {
    const rect = { x: 100, y: 100, width: 50, height: 40, rotation: 0 };
    expect(pull(rect, "e", -70, 0)).toEqual({ ...rect, x: 80, width: 20 });
  });

  it("stops each side at the image's edge", () => {
    const rect = { x: 700, y: 100, width: 50, height: 40, rotation: 0 };
    expect(pull(rect, "se", 500, 10)).toEqual({ ...rect, width: 100, height: 50 });
  });

  it("keeps the ratio with shift", () => {
    const random = seeded(7);
    for (let round = 0; round < 50; round++)
      for (const id of Object.keys(OPPOSITE)) {
        const rect = randomRectangle(random);
        const pulled = pull(rect, id, random() * 20, random() * 20, { shift: true, alt: false });
        expect(pulled.width / pulled.height).toBeCloseTo(rect.width / rect.height, 6);
      }
  });

  it("keeps the centre with alt", () => {
    const random = seeded(8);
    for (let round = 0; round < 50; round++) {
      const rect = randomRectangle(random);
      const pulled = pull(rect, "se", random() * 20, random() * 20, { shift: false, alt: true });
      expect(centre(pulled).x).toBeCloseTo(centre(rect).x, 6);
      expect(centre(pulled).y).toBeCloseTo(centre(rect).y, 6);
    }
  });

  it("never leaves the image", () => {
    const random = seeded(9);
    for (let round = 0; round < 100; round++)
      for (const handle of rectangle.handles(randomRectangle(random), 1, true)) {
        const rect = randomRectangle(random);
        const pulled = pull(rect, handle.id, random() * 2000 - 1000, random() * 2000 - 1000);
        expect(isInside(rectangle.bounds(pulled), SIZE, 1e-3)).toBe(true);
      }
  });
});

describe("rotating", () => {
  it("turns about the centre and stays within [0, 360)", () => {
    const rect = { x: 300, y: 300, width: 80, height: 40, rotation: 350 };
    const middle = centre(rect);
    const from = handleOf(rect, "rotate");
    const to = { x: middle.x - (from.y - middle.y), y: middle.y + (from.x - middle.x) };
    const turned = rectangle.drag(rect, "rotate", from, to, PLAIN, SIZE);
    expect(turned.rotation).toBeCloseTo(80, 9);
    expect(centre(turned).x).toBeCloseTo(middle.x, 9);
    expect(centre(turned).y).toBeCloseTo(middle.y, 9);
  });

  it("snaps to 15° with shift", () => {
    const rect = { x: 300, y: 300, width: 80, height: 40, rotation: 7 };
    const turned = pull(rect, "rotate", 31, 3, { shift: true, alt: false });
    expect(turned.rotation % 15).toBe(0);
  });
});

describe("moving and growing", () => {
  it("stop at the image's edges, also when rotated", () => {
    const random = seeded(10);
    for (let round = 0; round < 100; round++) {
      const rect = randomRectangle(random);
      const far = [random() * 4000 - 2000, random() * 4000 - 2000] as const;
      expect(isInside(rectangle.bounds(rectangle.move(rect, ...far, SIZE)), SIZE, 1e-3)).toBe(true);
      expect(isInside(rectangle.bounds(rectangle.grow(rect, 900, 900, SIZE)), SIZE, 1e-3)).toBe(
        true,
      );
    }
  });

  it("leave at least one pixel", () => {
    const rect = { x: 300, y: 300, width: 8, height: 4, rotation: 0 };
    expect(rectangle.grow(rect, -10, -10, SIZE)).toEqual({ ...rect, width: 1, height: 1 });
  });
});

describe("drawing", () => {
  it("is the same from any corner and ends at the edges", () => {
    const wanted = { x: 10, y: 20, width: 30, height: 40, rotation: 0 };
    const a = { x: 10, y: 20 };
    const b = { x: 40, y: 60 };
    expect(drawn(a, b, PLAIN, SIZE)).toEqual(wanted);
    expect(drawn(b, a, PLAIN, SIZE)).toEqual(wanted);
    const out = drawn({ x: 790, y: 590 }, { x: 9999, y: 9999 }, PLAIN, SIZE);
    expect(out).toEqual({ x: 790, y: 590, width: 10, height: 10, rotation: 0 });
  });

  it("makes squares with shift", () => {
    const keys = { shift: true, alt: false };
    const square = drawn({ x: 10, y: 20 }, { x: 40, y: 25 }, keys, SIZE);
    expect(square).toEqual({ x: 10, y: 20, width: 30, height: 30, rotation: 0 });
  });
});

describe("hit", () => {
  it("is within the rotated outline and its tolerance", () => {
    const random = seeded(11);
    for (let round = 0; round < 200; round++) {
      const rect = randomRectangle(random);
      const point = { x: random() * 800, y: random() * 600 };
      const { x, y } = toLocal(rect, point);
      const inside = x >= -2 && y >= -2 && x <= rect.width + 2 && y <= rect.height + 2;
      expect(rectangle.hit(rect, point, 2)).toBe(inside);
    }
  });
});

describe("a box by three points", () => {
  it("has the first two as a side, and the third across from it", () => {
    const box = onSide({ x: 10, y: 10 }, { x: 40, y: 50 }, { x: 2, y: 66 });
    expect(box).toMatchObject({ x: 10, y: 10, width: 50 });
    expect(box.rotation).toBeCloseTo(53.13, 2);
    expect(box.height).toBeCloseTo(40);
    expect(distance(corners(box)[1], { x: 40, y: 50 })).toBeCloseTo(0);
  });

  it("stands on that side where the third lies on its left", () => {
    const box = onSide({ x: 10, y: 50 }, { x: 60, y: 50 }, { x: 30, y: 20 });
    expect(box).toEqual({ x: 10, y: 20, width: 50, height: 30, rotation: 0 });
  });
});

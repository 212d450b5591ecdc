import { describe, expect, it } from "vitest";
import { alike } from "../../../src/stage/shapes/wand";

/** An image of grey pixels. */
function grey(width: number, values: readonly number[]): ImageData {
  const data = Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255]));
  return { data, width, height: values.length / width } as ImageData;
}

const PICTURE = [10, 12, 90, 10, 11, 90, 90, 90, 95, 10, 10, 10];

describe("what is of a like colour", () => {
  it("is what hangs together with the point", () => {
    const found = alike(grey(4, PICTURE), 0, 0, 5);
    expect([...found].map((value) => value / 255)).toEqual([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("is more where colours may differ more", () => {
    expect([...alike(grey(4, PICTURE), 0, 0, 100)].every((value) => value === 255)).toBe(true);
  });

  it("of a point beyond the image is nothing", () => {
    expect([...alike(grey(4, PICTURE), 9, 0, 100)].some((value) => value > 0)).toBe(false);
  });

  it("goes round corners", () => {
    const snake = [1, 1, 1, 9, 9, 1, 1, 1, 1, 1, 9, 9, 1, 1, 1];
    const found = alike(grey(3, snake), 0, 0, 2);
    expect([...found].map((value) => value / 255)).toEqual(snake.map((value) => Number(value < 5)));
  });
});

import { describe, expect, it } from "vitest";
import { uprightBounds } from "../../../src/stage/image/pieces";

describe("what is seen of a turned image", () => {
  const size = { width: 400, height: 300 };
  const corner = { minX: 0, minY: 0, maxX: 30, maxY: 20 };

  it("lies where it lies on the image as it is", () => {
    expect(uprightBounds(corner, 0, size)).toEqual(corner);
    // Turned clockwise, the lower left corner has come to the upper left.
    expect(uprightBounds(corner, 90, size)).toEqual({ minX: 0, minY: 270, maxX: 20, maxY: 300 });
    expect(uprightBounds(corner, 180, size)).toEqual({
      minX: 370,
      minY: 280,
      maxX: 400,
      maxY: 300,
    });
    expect(uprightBounds(corner, 270, size)).toEqual({ minX: 380, minY: 0, maxX: 400, maxY: 30 });
  });
});

import { describe, expect, inject, it } from "vitest";
import { noRuns, packRuns, RunsMaker, readRow, unpackRuns, valueAt } from "../../src/core/runs";
import { seeded } from "../random";

const SIZE = { width: 640, height: 480 };
/** What Python's half has packed, which is tested against Label Studio's SDK. */
const packed = Uint8Array.from(inject("declared").tags.Brush?.sample?.rle as number[]);

/** Runs of a mask's pixels, row by row. */
function runsOf(width: number, pixels: readonly number[]) {
  const maker = new RunsMaker({ width, height: pixels.length / width });
  for (const [i, value] of pixels.entries()) maker.add(i + 1, value);
  return maker.done();
}

function pixelsOf(runs: ReturnType<typeof runsOf>): number[] {
  const row = new Uint8Array(runs.width);
  return Array.from({ length: runs.height }, (_, y) => {
    readRow(runs, y, 0, runs.width, row);
    return [...row];
  }).flat();
}

describe("a packed mask", () => {
  it("is read as it was meant, and packed again byte for byte", () => {
    const runs = unpackRuns(packed, SIZE);
    if (!runs) throw new Error("it is broken");
    expect(runs.bounds).toEqual({ minX: 100, minY: 200, maxX: 300, maxY: 202 });
    expect(runs.area).toBe(400);
    expect(valueAt(runs, 100, 200)).toBe(255);
    expect(valueAt(runs, 300, 200)).toBe(0);
    expect([...packRuns(runs)]).toEqual([...packed]);
  });

  it("comes back whatever is on it", () => {
    const random = seeded(3);
    for (let round = 0; round < 40; round++) {
      const width = 1 + Math.floor(random() * 40);
      const height = 1 + Math.floor(random() * 40);
      const pixels = Array.from({ length: width * height }, () =>
        random() < 0.7 ? 0 : [255, 255, 128, 1][Math.floor(random() * 4)],
      ) as number[];
      const runs = runsOf(width, pixels);
      const back = unpackRuns(packRuns(runs), { width, height });
      expect(back).toEqual(runs);
      expect(back && pixelsOf(back)).toEqual(pixels);
    }
  });

  it("of runs longer than one length takes is cut", () => {
    const size = { width: 600, height: 700 };
    expect(unpackRuns(packRuns(noRuns(size)), size)).toEqual(noRuns(size));
  });

  it("of single values, as other writers have them, is read by its last channel", () => {
    const values = [1, 2, 3, 40, 5, 6, 7, 80];
    const bits = `${(8).toString(2).padStart(32, "0")}00111${"0010001101111111"}000111${values
      .map((value) => value.toString(2).padStart(8, "0"))
      .join("")}`;
    const bytes = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
    const runs = unpackRuns(Uint8Array.from(bytes ?? []), { width: 2, height: 1 });
    expect(runs && pixelsOf(runs)).toEqual([40, 80]);
  });

  it("that is cut off, or of another size, is nothing", () => {
    for (let length = 0; length < packed.length - 1; length++)
      expect(unpackRuns(packed.subarray(0, length), SIZE)).toBeNull();
    expect(unpackRuns(packed, { width: 480, height: 640 })).not.toBeNull(); // as many pixels
    expect(unpackRuns(packed, { width: 641, height: 480 })).toBeNull();
    expect(unpackRuns(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255), SIZE)).toBeNull();
  });
});

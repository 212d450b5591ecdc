import { describe, expect, it } from "vitest";
import { arrowBetween, type Box } from "../../src/views/arrow";

const box = (left: number, top: number, width: number, height: number): Box => ({
  ...{ left, top, right: left + width, bottom: top + height },
});

describe("an arrow", () => {
  it("goes over the words of a line that it joins", () => {
    const { from, to, middle } = arrowBetween(box(0, 100, 40, 18), box(200, 100, 60, 18), 0);
    expect([from, to]).toEqual([
      { x: 20, y: 100 },
      { x: 230, y: 100 },
    ]);
    expect(middle.y).toBeLessThan(100);
  });

  it("stays under the upper edge of what is seen", () => {
    const { controls } = arrowBetween(box(0, 20, 40, 18), box(200, 20, 60, 18), 15);
    expect(controls.map(({ y }) => y)).toEqual([15, 15]);
  });

  it("goes from the lower edge of the upper to the upper edge of the lower, in a text", () => {
    const { from, to } = arrowBetween(box(300, 200, 40, 18), box(0, 20, 40, 18), 0);
    expect([from.y, to.y]).toEqual([200, 38]);
  });

  it("joins the sides of shapes that stand beside each other", () => {
    const { from, to } = arrowBetween(box(0, 0, 100, 100), box(300, 20, 100, 100), 0);
    expect([from, to]).toEqual([
      { x: 100, y: 50 },
      { x: 300, y: 70 },
    ]);
  });

  it("goes over shapes that lie over each other", () => {
    const { from, to } = arrowBetween(box(0, 50, 100, 100), box(20, 60, 30, 30), 0);
    expect([from.y, to.y]).toEqual([50, 60]);
  });
});

import { signal } from "@preact/signals-core";
import { describe, expect, it } from "vitest";
import { Scope } from "../../src/base/scope";
import { type Bin, Overview } from "../../src/state/overview";
import type { Wire } from "../../src/wire/wire";

function overview(rows: number, answers: readonly unknown[] = []) {
  const asked: string[] = [];
  const left = [...answers];
  const ask = async (op: string) => {
    asked.push(op);
    const ok = left.shift();
    if (ok instanceof Error) throw ok;
    return { ok, buffers: [] };
  };
  return {
    asked,
    overview: new Overview({ ask } as unknown as Wire, signal({ total: rows }), new Scope()),
  };
}

describe("the map", () => {
  it("is empty where nothing is done yet, and asks for nothing", () => {
    const { asked, overview: map } = overview(3);
    map.begin({ done: 0, skipped: 0 });
    expect(map.bins.value).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(asked).toEqual([]);
  });

  it("follows a task from nothing to a draft, to an answer, and back", () => {
    const { overview: map } = overview(2);
    map.begin({ done: 0, skipped: 0 });
    const steps: [Parameters<Overview["changed"]>[1], Parameters<Overview["changed"]>[2], Bin][] = [
      [null, "draft", [0, 0, 1]],
      ["draft", "submitted", [1, 0, 0]],
      ["submitted", "submitted", [1, 0, 0]],
      ["submitted", "skipped", [0, 1, 0]],
      ["skipped", "draft", [0, 0, 1]],
    ];
    for (const [before, after, bin] of steps) {
      map.changed(1, before, after);
      expect(map.bins.value[1]).toEqual(bin);
    }
    expect(map.bins.value[0]).toEqual([0, 0, 0]);
  });

  it("has every row in a stretch, however many there are", () => {
    const { overview: map } = overview(1_000_000);
    map.begin({ done: 0, skipped: 0 });
    const last = map.bins.value.length - 1;
    expect([map.binOf(0), map.binOf(999_999)]).toEqual([0, last]);
    map.changed(999_999, null, "submitted");
    expect(map.bins.value[last]).toEqual([1, 0, 0]);
  });
});

describe("the counts of filters", () => {
  it("are asked for again until all is known", async () => {
    const { asked, overview: counted } = overview(9, [
      { counts: [["label:PER", 1]], known: false },
      { counts: [["label:PER", 4]], known: true },
    ]);
    await counted.sift();
    expect(asked).toEqual(["sift", "sift"]);
    expect(counted.counts.value).toEqual([["label:PER", 4]]);
  });

  it("stay as they were where the kernel does not answer, and can be asked for again", async () => {
    const known = { counts: [["unsure", 2]], known: true };
    const { overview: counted } = overview(9, [known, new Error("gone"), known]);
    for (let times = 0; times < 3; times++) await counted.sift();
    expect(counted.counts.value).toEqual([["unsure", 2]]);
  });
});

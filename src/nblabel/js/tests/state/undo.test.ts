import { describe, expect, it } from "vitest";
import type { LoggedGesture } from "../../src/core/types";
import { restored } from "../../src/state/undo";

const made = { uid: "u", ordinal: 0, before: null, after: { value: { choices: ["a"] } } };
const entry = (more: Partial<LoggedGesture>): LoggedGesture => ({
  key: "k",
  index: 3,
  action: "edit",
  kind: "gesture",
  stateBefore: "draft",
  state: "draft",
  edits: [],
  ...more,
});

describe("what a log says was done", () => {
  it("can be undone, the last first", () => {
    const { undo, redo } = restored([
      entry({ key: "a", edits: [made] }),
      entry({ key: "b", action: "skip", state: "skipped" }),
    ]);
    expect(undo.map(({ key, action }) => [key, action])).toEqual([
      ["a", "edit"],
      ["b", "skip"],
    ]);
    expect(redo).toEqual([]);
  });

  it("cannot be undone twice, and can be done again", () => {
    const taken = entry({ kind: "undo", edits: [{ ...made, before: made.after, after: null }] });
    const { undo, redo } = restored([entry({ edits: [made] }), taken]);
    expect(undo).toEqual([]);
    expect(redo.map(({ edits }) => edits)).toEqual([[made]]);
    const again = restored([
      entry({ edits: [made] }),
      taken,
      entry({ kind: "redo", edits: [made] }),
    ]);
    expect(again.undo.map(({ edits }) => edits)).toEqual([[made]]);
    expect(again.redo).toEqual([]);
  });

  it("is known from what took it back, where it lies before the log's beginning", () => {
    const taken = entry({
      kind: "undo",
      action: "reopen",
      stateBefore: "submitted",
      edits: [{ ...made, before: made.after, after: null }],
    });
    const { redo } = restored([taken]);
    expect(redo).toEqual([
      { key: "k", index: 3, action: "submit", before: "draft", edits: [made], settled: [] },
    ]);
  });

  it("cannot be done again once something else was done", () => {
    const { redo } = restored([entry({ kind: "undo" }), entry({})]);
    expect(redo).toEqual([]);
  });

  it("takes an update of what was submitted back without taking back the answer", () => {
    const update = entry({ action: "submit", stateBefore: "submitted", state: "submitted" });
    expect(restored([update]).undo[0]?.action).toBe("edit");
  });
});

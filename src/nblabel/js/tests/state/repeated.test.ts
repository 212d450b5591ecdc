/** Labels that a Repeater makes for every page. */
import { describe, expect, it } from "vitest";
import { hotkeysOf, pressHotkey } from "../../src/state/hotkeys";
import { firstProblem } from "../../src/state/validation";
import { label, opened } from "../editor";
import { el } from "../kernel";

const copies = [0, 1].map((at) =>
  el("View", {}, [
    el("Text", { name: `text_${at}`, value: "x" }),
    el("Labels", { name: `ner_${at}`, toName: `text_${at}` }, [label("PER"), label("LOC")]),
    el("Rating", { name: `stars_${at}`, toName: `text_${at}`, required: true }),
  ]),
);
const paged = (mode: string) => {
  const repeater = el("Repeater", { on: "$pages", mode });
  return opened(el("View", {}, [repeater]), [], { children: { [repeater.id]: copies } });
};

describe("a Repeater of pages", () => {
  it("gives each page the same keys, and the other pages none", async () => {
    const editor = await paged("pagination");
    const keys = [...hotkeysOf(editor)];
    expect(keys.map(([, key]) => key)).toEqual(["1", "2", "3"]);
    pressHotkey(editor, "1");
    expect([...editor.labels.active.value]).toEqual([["ner_0", ["PER"]]]);
    const { run } = await import("../../src/state/commands");
    run(editor, "repeater:next-page");
    expect(hotkeysOf(editor).size).toBe(3);
    pressHotkey(editor, "2");
    expect(editor.labels.active.value.get("ner_1")).toEqual(["LOC"]);
  });

  it("gives a label one colour on all pages", async () => {
    const editor = await paged("list");
    const colors = copies.map((copy) =>
      (copy.children[1]?.children ?? []).map((at) => editor.labels.color(at)),
    );
    expect(colors[1]).toEqual(colors[0]);
    expect(new Set(colors[0]).size).toBe(2);
  });

  it("asks for what is missing on pages that are not seen", async () => {
    const editor = await paged("pagination");
    const { run } = await import("../../src/state/commands");
    pressHotkey(editor, "3");
    expect(firstProblem(editor)?.text).toBe('Rating "stars_1" is required.');
    run(editor, "repeater:next-page");
    pressHotkey(editor, "3");
    expect(firstProblem(editor)).toBeNull();
  });
});

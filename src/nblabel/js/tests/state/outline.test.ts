import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import { run } from "../../src/state/commands";
import type { Editor } from "../../src/state/editor";
import { liftSelected, nest, nestSelected } from "../../src/state/nesting";
import { note } from "../../src/state/noting";
import { inOrder, noteOf, outline } from "../../src/state/outline";
import { label, opened, said, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const root = el("View", {}, [ner, text]);
const inside = (id: string, parentID: string): Result => ({ ...span(id, "PER"), parentID });

const set = (editor: Editor, more: Partial<Editor["settings"]["value"]>) => {
  editor.settings.value = { ...editor.settings.value, ...more };
};
const tree = (editor: Editor) =>
  outline(editor).flatMap(({ regions }) =>
    regions.map(({ region, depth }) => "  ".repeat(depth) + region.id),
  );
const ids = (editor: Editor) => inOrder(editor).map(({ id }) => id);
const parents = (editor: Editor) => said(editor).map(({ parentID }) => parentID ?? null);

describe("the order of the list", () => {
  it("is that in which the regions were made", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), span("c", "PER")]);
    expect(ids(editor)).toEqual(["a", "b", "c"]);
    set(editor, { lastFirst: true });
    expect(ids(editor)).toEqual(["c", "b", "a"]);
  });

  it("is that of the scores, and those without one come last either way", async () => {
    const scored = [
      { ...span("a", "PER"), score: 0.9 },
      span("b", "LOC"),
      { ...span("c", "PER"), score: 0.2 },
    ];
    const editor = await opened(root, scored);
    set(editor, { sortBy: "score" });
    expect(ids(editor)).toEqual(["c", "a", "b"]);
    set(editor, { lastFirst: true });
    expect(ids(editor)).toEqual(["a", "c", "b"]);
  });

  it("is that of the groups: by label, by tool", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), span("c", "PER")]);
    set(editor, { groupBy: "label" });
    expect(outline(editor).map(({ name, regions }) => [name, regions.length])).toEqual([
      ["PER", 2],
      ["LOC", 1],
    ]);
    expect(ids(editor)).toEqual(["a", "c", "b"]);
    set(editor, { groupBy: "tool" });
    expect(outline(editor).map(({ name }) => name)).toEqual(["text"]);
  });

  it("is what the keys go by", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), span("c", "PER")]);
    set(editor, { groupBy: "label" });
    const seen = [1, 2, 3].map(() => {
      run(editor, "region:cycle");
      return editor.selection.value[0];
    });
    expect(seen).toEqual(["a", "c", "b"]);
  });

  it("leaves out what does not have all the words: labels, marked text, notes", async () => {
    const noted = { ...span("c", "PER"), meta: { text: ["too dark"] } };
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), noted]);
    editor.narrowed.value = "per";
    expect(ids(editor)).toEqual(["a", "c"]);
    editor.narrowed.value = "dark PER";
    expect(ids(editor)).toEqual(["c"]);
    expect(editor.regions.value).toHaveLength(3);
  });
});

describe("regions inside others", () => {
  it("stand after the one they lie in", async () => {
    const editor = await opened(root, [inside("a", "c"), span("b", "LOC"), span("c", "PER")]);
    expect(tree(editor)).toEqual(["b", "c", "  a"]);
  });

  it("stand outermost where that one is not there, and where they lie in a circle", async () => {
    const lost = await opened(root, [inside("a", "gone"), span("b", "LOC")]);
    expect(tree(lost)).toEqual(["a", "b"]);
    const circle = await opened(root, [inside("a", "b"), inside("b", "a"), span("c", "PER")]);
    expect(tree(circle)).toEqual(["c", "a", "b"]);
  });

  it("are put there and taken out by key, in one gesture each", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), span("c", "PER")]);
    editor.selection.value = ["b"];
    nestSelected(editor);
    expect(tree(editor)).toEqual(["a", "  b", "c"]);
    editor.selection.value = ["c"];
    nestSelected(editor);
    nestSelected(editor);
    expect(tree(editor)).toEqual(["a", "  b", "    c"]);
    liftSelected(editor);
    expect(tree(editor)).toEqual(["a", "  b", "  c"]);
    liftSelected(editor);
    expect(parents(editor)).toEqual([null, "a", null]);
    await editor.undo();
    expect(parents(editor)).toEqual([null, "a", "a"]);
  });

  it("never come to lie in themselves", async () => {
    const editor = await opened(root, [span("a", "PER"), inside("b", "a"), inside("c", "b")]);
    nest(editor, editor.regions.value.slice(0, 1), "c");
    nest(editor, editor.regions.value.slice(0, 1), "a");
    expect(parents(editor)).toEqual([null, "a", "b"]);
  });

  it("say so in every result of theirs", async () => {
    const choice = {
      ...span("b"),
      from_name: "kind",
      type: "choices",
      value: { start: 0, end: 1, choices: ["x"] },
    };
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), choice]);
    nest(editor, editor.regions.value.slice(1), "a");
    expect(parents(editor)).toEqual([null, "a", "a"]);
    expect("parentID" in (said(editor)[0] ?? {})).toBe(false);
  });
});

describe("a note", () => {
  it("is written as Label Studio writes it, and taken away whole", async () => {
    const editor = await opened(root, [span("a", "PER")]);
    const region = () => editor.regions.value[0] as (typeof editor.regions.value)[number];
    note(editor, region(), "who?");
    expect(said(editor)[0]?.meta).toEqual({ text: ["who?"] });
    expect(noteOf(region())).toBe("who?");
    note(editor, region(), "");
    expect(said(editor)).toEqual([span("a", "PER")]);
  });

  it("leaves what else is kept beside it", async () => {
    const timed = { ...span("a", "PER"), meta: { lead_time: 3, text: ["old"] } };
    const editor = await opened(root, [timed]);
    const [region] = editor.regions.value;
    if (region) note(editor, region, "new");
    expect(said(editor)[0]?.meta).toEqual({ lead_time: 3, text: ["new"] });
  });
});

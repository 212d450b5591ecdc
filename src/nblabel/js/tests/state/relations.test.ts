import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import type { Editor } from "../../src/state/editor";
import { remove } from "../../src/state/regions";
import { beginRelation } from "../../src/state/relating";
import {
  acceptRelation,
  call,
  finishRelation,
  relate,
  relationsOf,
  turn,
  unrelate,
} from "../../src/state/relations";
import { label, opened, predicted, said, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const names = (choice = "multiple") =>
  el("Relations", { choice }, [el("Relation", { value: "in" }), el("Relation", { value: "of" })]);
const root = el("View", {}, [names(), ner, text]);
const relation = (from_id: string, to_id: string, more: Partial<Result> = {}): Result => ({
  type: "relation",
  from_id,
  to_id,
  direction: "right",
  ...more,
});
const related = (editor: Editor) => said(editor).filter(({ type }) => type === "relation");
const first = (editor: Editor) => {
  const [one] = relationsOf(editor);
  if (!one) throw new Error("no relation");
  return one;
};

describe("relating", () => {
  it("writes a result without an id, a control or a value", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC")]);
    relate(editor, "a", "b");
    expect(related(editor)).toEqual([relation("a", "b")]);
  });

  it("relates the selected region to the one that is picked next", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC")]);
    editor.pick("a", false);
    beginRelation(editor);
    editor.pick("b", false);
    finishRelation(editor);
    expect(related(editor)).toEqual([relation("a", "b")]);
    expect(editor.relating.value).toBeNull();
    expect(editor.selection.value).toEqual(["a"]);
  });

  it("relates by its key alone: from the selected one, to the one selected meanwhile", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC")]);
    editor.selection.value = ["a"];
    beginRelation(editor);
    editor.selection.value = ["b"];
    beginRelation(editor);
    finishRelation(editor);
    expect(related(editor)).toEqual([relation("a", "b")]);
  });

  it("asks for a region first, and relates none to itself", async () => {
    const editor = await opened(root, [span("a", "PER")]);
    beginRelation(editor);
    expect(editor.notices.value.map(({ text }) => text)).toEqual(["Select the region first."]);
    relate(editor, "a", "a");
    expect(related(editor)).toEqual([]);
  });

  it("makes one relation of an ordered pair, and another of the pair turned round", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC")]);
    relate(editor, "a", "b");
    relate(editor, "a", "b");
    relate(editor, "b", "a");
    expect(related(editor)).toEqual([relation("a", "b"), relation("b", "a")]);
  });

  it("gives results that have none the id that the relation names", async () => {
    const { id: _, ...unnamed } = span("a", "PER");
    const editor = await opened(root, [unnamed, span("b", "LOC")]);
    const [one] = editor.regions.value;
    relate(editor, one?.id ?? "", "b");
    expect(said(editor)[0]?.id).toBe(one?.id);
    expect(related(editor)[0]?.from_id).toBe(one?.id);
  });

  it("accepts what was only suggested of the two, in the same gesture", async () => {
    const prediction = predicted(7, [
      { ...span("b", "LOC"), value: { start: 2, end: 3, labels: ["LOC"] } },
    ]);
    const editor = await opened(root, [span("a", "PER")], { predictions: [prediction] });
    relate(editor, "a", "b");
    expect(said(editor).map(({ type, origin }) => [type, origin])).toEqual([
      ["labels", undefined],
      ["labels", "prediction-changed"],
      ["relation", undefined],
    ]);
    await editor.undo();
    expect(said(editor)).toHaveLength(1);
    expect(editor.suggestions.value.map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("a relation", () => {
  it("turns there, both ways, back", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), relation("a", "b")]);
    const seen = [1, 2, 3].map(() => {
      turn(editor, first(editor));
      return related(editor)[0]?.direction;
    });
    expect(seen).toEqual(["bi", "left", "right"]);
  });

  it("has several labels, or one where the config says single", async () => {
    const several = await opened(root, [span("a", "PER"), span("b", "LOC"), relation("a", "b")]);
    call(several, first(several), "in");
    call(several, first(several), "of");
    expect(related(several)[0]?.labels).toEqual(["in", "of"]);
    call(several, first(several), "in");
    call(several, first(several), "of");
    expect(related(several)).toEqual([relation("a", "b")]);
    const single = await opened(el("View", {}, [names("single"), ner, text]), [
      span("a", "PER"),
      span("b", "LOC"),
      relation("a", "b"),
    ]);
    call(single, first(single), "in");
    call(single, first(single), "of");
    expect(related(single)[0]?.labels).toEqual(["of"]);
  });

  it("keeps what it does not know", async () => {
    const strange = relation("a", "b", { notes: "why", labels: ["elsewhere"] });
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), strange]);
    turn(editor, first(editor));
    expect(related(editor)).toEqual([{ ...strange, direction: "bi" }]);
  });

  it("goes with either of its ends, and comes back with it", async () => {
    const results = [span("a", "PER"), span("b", "LOC"), relation("a", "b")];
    const editor = await opened(root, results);
    remove(editor, editor.regions.value.slice(1));
    expect(related(editor)).toEqual([]);
    await editor.undo();
    expect(said(editor)).toEqual(results);
  });

  it("is deleted alone", async () => {
    const editor = await opened(root, [span("a", "PER"), span("b", "LOC"), relation("a", "b")]);
    unrelate(editor, first(editor));
    expect(said(editor)).toHaveLength(2);
  });

  it("is not listed where an end of it is missing, and stays in the results", async () => {
    const editor = await opened(root, [span("a", "PER"), relation("a", "gone")]);
    expect(relationsOf(editor)).toEqual([]);
    expect(related(editor)).toEqual([relation("a", "gone")]);
  });

  it("is accepted with its ends where all of it was suggested", async () => {
    const results = [span("a", "PER"), span("b", "LOC"), relation("a", "b")];
    const editor = await opened(root, [], { predictions: [predicted(3, results)] });
    expect(first(editor).suggested).toBe(true);
    acceptRelation(editor, first(editor));
    expect(said(editor).map(({ type }) => type)).toEqual(["labels", "labels", "relation"]);
    expect(related(editor)).toEqual([relation("a", "b")]);
    expect(editor.suggested.value).toEqual([]);
  });
});

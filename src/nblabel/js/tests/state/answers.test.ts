import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import { answersNow, subjectsOf } from "../../src/state/answers";
import { hotkeysOf, pressHotkey } from "../../src/state/hotkeys";
import { create, reshape, takeLabel } from "../../src/state/regions";
import { place as SPAN } from "../../src/tags/text";
import { choice, chosen, label, opened, said, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const sure = el("Choices", { name: "sure", toName: "text", perRegion: true }, [
  choice("yes"),
  choice("no"),
]);
const why = el("Choices", { name: "why", toName: "text", perRegion: true, choice: "multiple" }, [
  choice("name"),
  choice("context"),
]);
const root = el("View", {}, [text, ner, sure, why]);
const spans = ["r1", "r2", "r3"].map((id) => span(id, "PER"));
const key = (editor: Awaited<ReturnType<typeof opened>>, option: number, control = sure) =>
  pressHotkey(editor, hotkeysOf(editor).get(control.children[option]?.id ?? -1) ?? "");

describe("a per-region answer", () => {
  it("is given to all selected regions in one gesture", async () => {
    const editor = await opened(root, spans);
    editor.selection.value = ["r1", "r2", "r3"];
    key(editor, 0);
    const answers = said(editor).filter(({ type }) => type === "choices");
    expect(answers.map(({ id, value }) => [id, value?.choices])).toEqual([
      ["r1", ["yes"]],
      ["r2", ["yes"]],
      ["r3", ["yes"]],
    ]);
    await editor.undo();
    expect(said(editor)).toEqual(spans);
  });

  it("of some of the selected is given to the others, and then taken back from all", async () => {
    const editor = await opened(root, spans);
    editor.selection.value = ["r2"];
    key(editor, 0, why);
    editor.selection.value = ["r1", "r2"];
    key(editor, 0, why);
    expect(answersNow(editor, why).map((item) => item?.result.value?.choices)).toEqual([
      ["name"],
      ["name"],
    ]);
    key(editor, 0, why);
    expect(answersNow(editor, why)).toEqual([undefined, undefined]);
  });

  it("has the place of its region and nothing that a model said of it", async () => {
    const model = {
      ...span("r1", "PER"),
      score: 0.9,
      readonly: false,
      meta: { text: ["x"] },
      origin: "prediction",
    };
    const editor = await opened(root, [model]);
    editor.selection.value = ["r1"];
    key(editor, 0);
    expect(said(editor)[1]).toEqual({
      id: "r1",
      from_name: "sure",
      to_name: "text",
      type: "choices",
      origin: "manual",
      value: { start: 0, end: 1, text: "x", choices: ["yes"] },
    });
  });

  it("gives a region without an id the one that both results need", async () => {
    const { id: _, ...nameless } = span("r1", "PER");
    const editor = await opened(root, [nameless]);
    const [region] = editor.regions.value;
    editor.selection.value = [region?.id ?? ""];
    key(editor, 0);
    expect(editor.regions.value).toHaveLength(1);
    expect(new Set(said(editor).map(({ id }) => id)).size).toBe(1);
  });

  it("stays when its region is resized", async () => {
    const words: Result = {
      ...span("r1"),
      from_name: "words",
      type: "textarea",
      value: { start: 0, end: 1, text: ["mine"] },
    };
    const area = el("TextArea", { name: "words", toName: "text", perRegion: true });
    const editor = await opened(el("View", {}, [text, ner, area]), [span("r1", "PER"), words]);
    const [region] = editor.regions.value;
    if (region) reshape(editor, [{ region, value: { start: 0, end: 4, text: "four" } }]);
    expect(said(editor).map(({ value }) => value)).toEqual([
      { start: 0, end: 4, text: "four", labels: ["PER"] },
      { start: 0, end: 4, text: ["mine"] },
    ]);
  });

  it("is there from the start where the config selects it, on a new region it asks of", async () => {
    const asks = el(
      "Choices",
      { name: "sure", toName: "text", perRegion: true, whenLabelValue: "PER" },
      [choice("yes"), choice("no", { selected: true })],
    );
    const editor = await opened(el("View", {}, [text, ner, asks]));
    for (const option of ner.children) {
      takeLabel(editor, option, ner);
      create(editor, text, SPAN, { start: 0, end: 1, text: "x" });
    }
    expect(said(editor).map(({ from_name, value }) => value?.choices ?? from_name)).toEqual([
      "ner",
      ["no"],
      "ner",
    ]);
    await editor.undo();
    await editor.undo();
    expect(said(editor)).toEqual([]);
  });
});

describe("what a control asks about", () => {
  it("is what can be seen: the regions whose own answers ask for it", async () => {
    const more = el(
      "Choices",
      {
        name: "more",
        toName: "text",
        perRegion: true,
        visibleWhen: "choice-selected",
        whenTagName: "sure",
        whenChoiceValue: "no",
      },
      [choice("a")],
    );
    const no = { ...chosen("sure", "no"), id: "r2", value: { start: 0, end: 1, choices: ["no"] } };
    const editor = await opened(el("View", {}, [text, ner, sure, more]), [...spans, no]);
    expect(subjectsOf(editor, more).map(({ region }) => region?.id)).toEqual(["r2"]);
  });
});

describe("a hidden control", () => {
  it("has no key", async () => {
    const hidden = el("Choices", { name: "b", toName: "text", visibleWhen: "choice-selected" }, [
      choice("x", { hotkey: "x" }),
    ]);
    const plain = el("Choices", { name: "a", toName: "text" }, [choice("y", { hotkey: "y" })]);
    const editor = await opened(el("View", {}, [text, plain, hidden]));
    expect(pressHotkey(editor, "x")).toBe(false);
    expect(said(editor)).toEqual([]);
    pressHotkey(editor, "y");
    expect(pressHotkey(editor, "x")).toBe(true);
    expect(said(editor)).toHaveLength(2);
  });

  it("leaves its key to one that is seen", async () => {
    const when = (value: string) => ({
      toName: "text",
      visibleWhen: "choice-selected",
      whenTagName: "a",
      whenChoiceValue: value,
    });
    const a = el("Choices", { name: "a", toName: "text" }, [choice("1st"), choice("2nd")]);
    const first = el("Choices", { name: "first", ...when("1st") }, [choice("x", { hotkey: "x" })]);
    const second = el("Choices", { name: "second", ...when("2nd") }, [
      choice("x", { hotkey: "x" }),
    ]);
    const editor = await opened(el("View", {}, [text, a, first, second]), [chosen("a", "2nd")]);
    pressHotkey(editor, "x");
    expect(said(editor)[1]?.from_name).toBe("second");
  });
});

describe("choices that the config does not have any more", () => {
  const several = el("Choices", { name: "tags", toName: "text", choice: "multiple" }, [
    choice("a", { alias: "A" }),
    choice("b"),
  ]);

  it("stay as they are when others are ticked", async () => {
    const editor = await opened(el("View", {}, [text, several]), [chosen("tags", "gone")]);
    key(editor, 1, several);
    expect(said(editor)[0]?.value?.choices).toEqual(["b", "gone"]);
  });

  it("are not those that are given by their value instead of their alias", async () => {
    const editor = await opened(el("View", {}, [text, several]), [chosen("tags", "a")]);
    key(editor, 1, several);
    expect(said(editor)[0]?.value?.choices).toEqual(["a", "b"]); // kept as it came
    key(editor, 0, several);
    expect(said(editor)[0]?.value?.choices).toEqual(["b"]);
    key(editor, 0, several);
    expect(said(editor)[0]?.value?.choices).toEqual(["A", "b"]);
  });
});

import { describe, expect, it } from "vitest";
import type { Element, Result } from "../../src/core/types";
import { submit } from "../../src/state/submitting";
import { choice, chosen, label, opened, said, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const mood = el("Choices", { name: "mood", toName: "text" }, [choice("good"), choice("bad")]);

const asked = (more: Record<string, unknown>, name = "why") =>
  el("Choices", { name, toName: "text", ...more }, [choice("a"), choice("b")]);

const onRegion = (id: string, control: string, ...choices: string[]): Result => ({
  ...chosen(control, ...choices),
  id,
  value: { start: 0, end: 1, text: "x", choices },
});

/** The names of the controls whose results are submitted. */
async function submitted(inside: readonly Element[], results: readonly Result[]) {
  const editor = await opened(el("View", {}, [text, ner, mood, ...inside]), results);
  await submit(editor);
  expect(editor.work.value?.state).toBe("submitted");
  const names = said(editor).map(({ from_name }) => from_name);
  await editor.undo();
  expect(said(editor)).toEqual(results); // in the draft they are kept
  return names;
}

describe("what is left out of what is submitted", () => {
  const when = { visibleWhen: "choice-selected", whenTagName: "mood", whenChoiceValue: "bad" };
  const answers = (value: string) => [chosen("mood", value), chosen("why", "a")];

  it("is the answer to a question that is not asked any more", async () => {
    expect(await submitted([asked(when)], answers("bad"))).toEqual(["mood", "why"]);
    expect(await submitted([asked(when)], answers("good"))).toEqual(["mood"]);
  });

  it("is an answer whose condition its View has", async () => {
    const view = el("View", when, [asked({})]);
    expect(await submitted([view], answers("bad"))).toEqual(["mood", "why"]);
    expect(await submitted([view], answers("good"))).toEqual(["mood"]);
  });

  it("is not a number in such a View while anything is chosen, as Label Studio keeps it", async () => {
    const view = el("View", when, [el("Number", { name: "why", toName: "text" })]);
    const number = { ...chosen("why"), type: "number", value: { number: 1 } };
    expect(await submitted([view], [chosen("mood", "good"), number])).toEqual(["mood", "why"]);
    expect(await submitted([view], [number])).toEqual([]);
  });

  it("is the answer under choice-unselected, once that is chosen", async () => {
    const unless = { ...when, visibleWhen: "choice-unselected" };
    expect(await submitted([asked(unless)], answers("bad"))).toEqual(["mood"]);
    expect(await submitted([asked(unless)], answers("good"))).toEqual(["mood", "why"]);
  });

  it("is a per-region answer whose region is relabelled", async () => {
    const per = asked({ perRegion: true, whenLabelValue: "PER" });
    const results = (name: string) => [span("r1", name), onRegion("r1", "why", "a")];
    expect(await submitted([per], results("PER"))).toEqual(["ner", "why"]);
    expect(await submitted([per], results("LOC"))).toEqual(["ner"]);
  });

  it("is a per-region answer that asks for another of its own region", async () => {
    const sure = asked({ perRegion: true }, "sure");
    const why = asked({
      perRegion: true,
      visibleWhen: "choice-selected",
      whenTagName: "sure",
      whenChoiceValue: "a",
    });
    const results = (value: string) => [
      span("r1", "PER"),
      onRegion("r1", "sure", value),
      onRegion("r1", "why", "a"),
      span("r2", "PER"),
      onRegion("r2", "sure", "a"),
    ];
    expect(await submitted([sure, why], results("a"))).toContain("why");
    expect(await submitted([sure, why], results("b"))).not.toContain("why");
  });

  it("is nothing for a condition on the selection", async () => {
    const selected = asked({ visibleWhen: "region-selected", perRegion: true });
    const results = [span("r1", "PER"), onRegion("r1", "why", "a")];
    expect(await submitted([selected], results)).toEqual(["ner", "why"]);
  });

  it("is said by an alias as well", async () => {
    const aliased = el("Choices", { name: "m2", toName: "text" }, [choice("yes", { alias: "y" })]);
    const why = asked({
      visibleWhen: "choice-selected",
      whenTagName: "m2",
      whenChoiceValue: "yes",
    });
    const results = [chosen("m2", "y"), chosen("why", "a")];
    expect(await submitted([aliased, why], results)).toEqual(["m2", "why"]);
  });
});

describe("what is required", () => {
  it("is not what no region shows: under another answer, or in a View that is hidden", async () => {
    const hidden = el("View", { visibleWhen: "choice-selected", whenTagName: "mood" }, [
      asked({ perRegion: true, required: true }),
    ]);
    expect(await submitted([hidden], [span("r1", "PER")])).toEqual(["ner"]);
  });

  it("is asked of the region whose own answer shows it", async () => {
    const sure = asked({ perRegion: true }, "sure");
    const why = asked({
      perRegion: true,
      required: true,
      visibleWhen: "choice-selected",
      whenTagName: "sure",
      whenChoiceValue: "a",
    });
    const editor = await opened(el("View", {}, [text, ner, sure, why]), [
      span("r1", "PER"),
      span("r2", "PER"),
      onRegion("r2", "sure", "a"),
    ]);
    await submit(editor);
    expect(editor.work.value?.state).toBe("draft");
    expect(editor.selection.value).toEqual(["r2"]);
    expect(editor.notices.value[0]?.text).toBe('Checkbox "why" is required.');
  });
});

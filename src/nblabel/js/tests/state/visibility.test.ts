import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import { isVisible } from "../../src/state/visibility";
import { choice, chosen, label, opened, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("a, b")]);
const other = el("Labels", { name: "other", toName: "text" }, [label("PER")]);
const mood = el("Choices", { name: "mood", toName: "text" }, [
  choice("good", { alias: "g" }),
  choice("bad"),
]);

/** Whether an element of these attributes is seen, given results and the selected region. */
async function seen(
  attributes: Record<string, unknown>,
  results: readonly Result[] = [],
  selected?: string,
  tag = "View",
): Promise<boolean> {
  const element = el(tag, { name: "asked", toName: "text", ...attributes });
  const editor = await opened(el("View", {}, [text, ner, other, mood, element]), results);
  if (selected) editor.selection.value = [selected];
  return isVisible(editor, element);
}

describe("region-selected", () => {
  const when = { visibleWhen: "region-selected" };
  const regions = [span("r1", "PER"), { ...span("r2", "PER"), from_name: "other" }];

  it("is seen with any region", async () => {
    expect(await seen(when)).toBe(false);
    expect(await seen(when, regions)).toBe(false);
    expect(await seen(when, regions, "r1")).toBe(true);
  });

  it("asks for the region's labelling control by whenTagName", async () => {
    const tagged = { ...when, whenTagName: "ner" };
    expect(await seen(tagged, regions, "r1")).toBe(true);
    expect(await seen(tagged, regions, "r2")).toBe(false);
    expect(await seen({ ...when, whenTagName: "text" }, regions, "r1")).toBe(false);
  });

  it("takes a per-region choice for no labelling control", async () => {
    const mine = { ...span("r1", "PER"), from_name: "mood", type: "choices" };
    const results = [span("r1", "PER"), mine];
    expect(await seen({ ...when, whenTagName: "mood" }, results, "r1")).toBe(false);
  });

  it("asks for any label of whenLabelValue; one with a comma counts as a whole first", async () => {
    const labelled = (whenLabelValue: string) => ({ ...when, whenLabelValue });
    expect(await seen(labelled("ORG,PER"), regions, "r1")).toBe(true);
    expect(await seen(labelled("ORG"), regions, "r1")).toBe(false);
    expect(await seen(labelled("a, b"), [span("r1", "a, b")], "r1")).toBe(true);
  });
});

describe("no-region-selected", () => {
  it("reads no other attribute", async () => {
    const when = { visibleWhen: "no-region-selected", whenLabelValue: "ORG" };
    expect(await seen(when)).toBe(true);
    expect(await seen(when, [span("r1", "PER")], "r1")).toBe(false);
  });
});

describe("choice-selected and choice-unselected", () => {
  const both = async (more: Record<string, unknown>, results: readonly Result[]) => {
    const selected = await seen({ visibleWhen: "choice-selected", ...more }, results);
    const unselected = await seen({ visibleWhen: "choice-unselected", ...more }, results);
    expect(unselected).toBe(!selected); // one is the exact negation of the other
    return selected;
  };

  it("asks for any choice at all", async () => {
    expect(await both({}, [])).toBe(false);
    expect(await both({}, [chosen("mood", "bad")])).toBe(true);
    expect(await both({}, [span("r1", "PER")])).toBe(false);
  });

  it("asks for a choice of one control", async () => {
    expect(await both({ whenTagName: "mood" }, [chosen("mood", "bad")])).toBe(true);
    expect(await both({ whenTagName: "mood" }, [chosen("else", "bad")])).toBe(false);
    expect(await both({ whenTagName: "nobody" }, [chosen("mood", "bad")])).toBe(false);
  });

  it("asks for one of several choices, by value or alias", async () => {
    const values = (whenChoiceValue: string) => ({ whenTagName: "mood", whenChoiceValue });
    expect(await both(values("bad,good"), [chosen("mood", "g")])).toBe(true);
    expect(await both(values("g"), [chosen("mood", "g")])).toBe(true);
    expect(await both(values("bad"), [chosen("mood", "g")])).toBe(false);
  });

  it("does not count a choice of a control that is hidden itself", async () => {
    const hidden = el("Choices", { name: "deep", toName: "text", visibleWhen: "region-selected" }, [
      choice("x"),
    ]);
    const asked = el("View", { visibleWhen: "choice-selected", whenTagName: "deep" });
    const editor = await opened(el("View", {}, [text, ner, hidden, asked]), [
      chosen("deep", "x"),
      span("r1", "PER"),
    ]);
    expect(isVisible(editor, asked)).toBe(false);
    editor.selection.value = ["r1"];
    expect(isVisible(editor, asked)).toBe(true);
  });
});

describe("other conditions", () => {
  it("shows what asks for something unknown", async () => {
    expect(await seen({ visibleWhen: "sometimes" })).toBe(true);
  });

  it("asks for exactly one choice by whenChoiceValue alone", async () => {
    expect(await seen({ whenChoiceValue: "bad" })).toBe(false);
    expect(await seen({ whenChoiceValue: "bad" }, [chosen("mood", "bad")])).toBe(true);
    expect(await seen({ whenChoiceValue: "bad" }, [chosen("mood", "bad", "g")])).toBe(true);
    expect(await seen({ whenChoiceValue: "bad,g" }, [chosen("mood", "bad")])).toBe(false);
  });

  it("hides everything below a hidden View", async () => {
    const inner = el("Choices", { name: "inner", toName: "text" }, [choice("x")]);
    const outer = el("View", { visibleWhen: "region-selected" }, [el("View", {}, [inner])]);
    const editor = await opened(el("View", {}, [text, ner, outer]), [span("r1", "PER")]);
    expect(isVisible(editor, inner)).toBe(false);
    editor.selection.value = ["r1"];
    expect(isVisible(editor, inner)).toBe(true);
  });
});

describe("per-region controls", () => {
  const perRegion = (more: Record<string, unknown>, results: readonly Result[], id?: string) =>
    seen({ perRegion: true, ...more }, results, id, "Choices");

  it("need a selected region of their object, with one of their labels", async () => {
    expect(await perRegion({}, [span("r1", "PER")])).toBe(false);
    expect(await perRegion({}, [span("r1", "PER")], "r1")).toBe(true);
    expect(await perRegion({}, [{ ...span("r1", "PER"), to_name: "else" }], "r1")).toBe(false);
    expect(await perRegion({ whenLabelValue: "ORG" }, [span("r1", "PER")], "r1")).toBe(false);
  });

  it("may ask for a choice besides", async () => {
    const when = { visibleWhen: "choice-selected", whenTagName: "mood" };
    expect(await perRegion(when, [span("r1", "PER")], "r1")).toBe(false);
    expect(await perRegion(when, [span("r1", "PER"), chosen("mood", "bad")], "r1")).toBe(true);
  });
});

/** Label Studio's conditions, rule by rule: when an element is seen, and what is submitted. */
import { describe, expect, it } from "vitest";
import type { Element, Result } from "../../src/core/types";
import { submit } from "../../src/state/submitting";
import { isVisible } from "../../src/state/visibility";
import { choice, chosen, label, opened, said, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const mood = el("Choices", { name: "mood", toName: "text" }, [choice("good", { alias: "g" })]);
const page = el("Choices", { name: "page", toName: "text", perItem: true }, [choice("x")]);
const mine = el("Choices", { name: "mine", toName: "text", perRegion: true }, [choice("x")]);
const kind = el("Taxonomy", { name: "kind", toName: "text" });
const hidden = el("View", { visibleWhen: "choice-selected", whenTagName: "nobody" }, [
  el("Choices", { name: "unseen", toName: "text" }, [choice("x")]),
]);

const path = (...steps: string[]): Result => ({
  id: "kind-result",
  from_name: "kind",
  to_name: "text",
  type: "taxonomy",
  value: { taxonomy: [steps] },
});
const message = (role: string): Result => ({
  id: "r1",
  from_name: "ner",
  to_name: "text",
  type: "chatmessage",
  value: { start: 0, end: 1, chatmessage: { role, content: "hi" } },
});
const ofRegion = (id: string): Result => ({
  ...span(id),
  from_name: "mine",
  type: "choices",
  value: { start: 0, end: 1, text: "x", choices: ["x"] },
});
const ofItem = (at: number): Result => ({ ...chosen("page", "x"), item_index: at });
const r1 = span("r1", "PER");

async function editorWith(element: Element, results: readonly Result[], selected = "", item = 0) {
  const root = el("View", {}, [text, ner, mood, page, mine, kind, hidden, element]);
  const picture = { mime: null, url: "x", width: 1, height: 1, levels: 0, problem: null };
  const editor = await opened(root, results, { media: { [text.id]: [picture, picture] } });
  if (selected) editor.selection.value = [selected];
  editor.shown.value = new Map([["text", item]]);
  return editor;
}

type When = Record<string, string>;
type Seen = readonly [words: string, when: When, results: Result[], selected: string, is: boolean];

const region = (more: When = {}) => ({ visibleWhen: "region-selected", ...more });
const choose = (more: When = {}) => ({ visibleWhen: "choice-selected", ...more });

const SEEN: readonly Seen[] = [
  ["no region is selected", region(), [r1], "", false],
  ["some region is selected", region(), [r1], "r1", true],
  ["its labelling control is whenTagName", region({ whenTagName: "ner" }), [r1], "r1", true],
  ["it is not: the object's name is none", region({ whenTagName: "text" }), [r1], "r1", false],
  ["it has one of whenLabelValue", region({ whenLabelValue: "ORG,PER" }), [r1], "r1", true],
  ["it has none of them", region({ whenLabelValue: "ORG" }), [r1], "r1", false],
  [
    "its role is one of whenRole",
    region({ whenRole: "user, system" }),
    [message("user")],
    "r1",
    true,
  ],
  ["its role is none of whenRole", region({ whenRole: "system" }), [message("user")], "r1", false],
  ["it has no role, and one is asked for", region({ whenRole: "user" }), [r1], "r1", false],
  [
    "whenRole is not read beside whenLabelValue",
    region({ whenRole: "user", whenLabelValue: "PER" }),
    [r1],
    "r1",
    true,
  ],
  [
    "no-region-selected reads no other attribute",
    { visibleWhen: "no-region-selected", whenLabelValue: "ORG", whenTagName: "mood" },
    [r1],
    "",
    true,
  ],
  ["any choices have a selection", choose(), [chosen("mood", "g")], "", true],
  ["a Taxonomy does not count as any", choose(), [path("A")], "", false],
  ["the named choices have one", choose({ whenTagName: "mood" }), [chosen("mood", "g")], "", true],
  ["the named Taxonomy has one", choose({ whenTagName: "kind" }), [path("A")], "", true],
  ["the named control has none", choose({ whenTagName: "kind" }), [chosen("mood", "g")], "", false],
  [
    "the named control is hidden itself",
    choose({ whenTagName: "unseen" }),
    [chosen("unseen", "x")],
    "",
    false,
  ],
  [
    "a value of the list is chosen",
    choose({ whenTagName: "mood", whenChoiceValue: "bad,good" }),
    [chosen("mood", "g")],
    "",
    true,
  ],
  [
    "the last step of a path is the value",
    choose({ whenTagName: "kind", whenChoiceValue: "B" }),
    [path("A", "B")],
    "",
    true,
  ],
  [
    "an earlier step is not",
    choose({ whenTagName: "kind", whenChoiceValue: "A" }),
    [path("A", "B")],
    "",
    false,
  ],
  [
    "a per-region choice of the selected region",
    choose({ whenTagName: "mine" }),
    [r1, ofRegion("r1")],
    "r1",
    true,
  ],
  [
    "one of another region",
    choose({ whenTagName: "mine" }),
    [r1, span("r2", "PER"), ofRegion("r2")],
    "r1",
    false,
  ],
  [
    "a per-item choice of the item on screen",
    choose({ whenTagName: "page" }),
    [ofItem(0)],
    "",
    true,
  ],
  ["one of another item", choose({ whenTagName: "page" }), [ofItem(1)], "", false],
  ["an unknown visibleWhen", { visibleWhen: "sometimes" }, [], "", true],
  [
    "whenChoiceValue alone: exactly that one",
    { whenChoiceValue: "g" },
    [chosen("mood", "g")],
    "",
    true,
  ],
  [
    "whenChoiceValue alone: beside others",
    { whenChoiceValue: "g" },
    [chosen("mood", "b", "g")],
    "",
    true,
  ],
  [
    "whenChoiceValue alone is no list",
    { whenChoiceValue: "g,x" },
    [chosen("mood", "g")],
    "",
    false,
  ],
];

describe("an element is seen", () => {
  it.each(SEEN)("%s", async (_words, when, results, selected, is) => {
    const element = el("View", when);
    const editor = await editorWith(element, results, selected);
    expect(isVisible(editor, element)).toBe(is);
  });

  const chosenOnes = SEEN.filter(([, when]) => when.visibleWhen === "choice-selected");
  it.each(chosenOnes)(
    "and not where choice-unselected: %s",
    async (_words, when, results, id, is) => {
      const element = el("View", { ...when, visibleWhen: "choice-unselected" });
      const editor = await editorWith(element, results, id);
      expect(isVisible(editor, element)).toBe(!is);
    },
  );

  it("never inside what is hidden", async () => {
    const inner = el("Choices", { name: "inner", toName: "text" }, [choice("x")]);
    const editor = await editorWith(el("View", region(), [inner]), []);
    expect(isVisible(editor, inner)).toBe(false);
  });
});

type Kept = readonly [
  words: string,
  own: Record<string, unknown>,
  around: When | null,
  results: Result[],
  is: boolean,
];

const answered = (more: Partial<Result> = {}): Result => ({ ...chosen("asked", "x"), ...more });
const onRegion = (id = "r1"): Result => ({ ...ofRegion(id), from_name: "asked" });
const perRegion = { perRegion: true };

const KEPT: readonly Kept[] = [
  ["no condition", {}, null, [answered()], true],
  ["region-selected never filters", region(), null, [answered()], true],
  ["a View's region-selected neither", {}, region(), [answered()], true],
  ["its choice is not made", choose({ whenTagName: "mood" }), null, [answered()], false],
  [
    "its choice is made",
    choose({ whenTagName: "mood" }),
    null,
    [answered(), chosen("mood", "g")],
    true,
  ],
  ["its View's choice is not made", {}, choose({ whenTagName: "mood" }), [answered()], false],
  [
    "nor is it, whatever else is chosen",
    {},
    choose({ whenTagName: "mood" }),
    [answered(), path("A")],
    false,
  ],
  [
    "choice-unselected while it is selected",
    { visibleWhen: "choice-unselected", whenTagName: "mood" },
    null,
    [answered(), chosen("mood", "g")],
    false,
  ],
  [
    "choice-unselected while it is not",
    { visibleWhen: "choice-unselected", whenTagName: "mood" },
    null,
    [answered()],
    true,
  ],
  [
    "per region, another label",
    { ...perRegion, whenLabelValue: "LOC" },
    null,
    [r1, onRegion()],
    false,
  ],
  ["per region, its label", { ...perRegion, whenLabelValue: "PER" }, null, [r1, onRegion()], true],
  [
    "per region, its choice is not made",
    { ...perRegion, ...choose({ whenTagName: "mood" }) },
    null,
    [r1, onRegion()],
    false,
  ],
  [
    "per region, the path it asks for is chosen",
    { ...perRegion, ...choose({ whenTagName: "kind", whenChoiceValue: "B" }) },
    null,
    [r1, onRegion(), path("A", "B")],
    true,
  ],
  [
    "per item, its item's choice is made",
    { perItem: true, ...choose({ whenTagName: "page" }) },
    null,
    [answered({ item_index: 1 }), ofItem(1)],
    true,
  ],
  [
    "per item, another item's choice is made",
    { perItem: true, ...choose({ whenTagName: "page" }) },
    null,
    [answered({ item_index: 1 }), ofItem(0)],
    false,
  ],
];

describe("an answer is submitted", () => {
  it.each(KEPT)("%s", async (_words, own, around, results, is) => {
    const asked = el("Choices", { name: "asked", toName: "text", ...own }, [choice("x")]);
    const editor = await editorWith(around ? el("View", around, [asked]) : asked, results);
    await submit(editor);
    expect(editor.work.value?.state).toBe("submitted");
    expect(said(editor).some(({ from_name }) => from_name === "asked")).toBe(is);
  });

  it("and stays in the editor while it is hidden", async () => {
    const asked = el("Choices", { name: "asked", toName: "text", ...choose() }, [choice("x")]);
    const editor = await editorWith(asked, [answered()]);
    expect(said(editor)).toEqual([answered()]);
  });
});

describe("a required answer per item", () => {
  it("is asked for where its item's condition holds", async () => {
    const asked = el(
      "Choices",
      {
        name: "asked",
        toName: "text",
        perItem: true,
        required: true,
        ...choose({ whenTagName: "page" }),
      },
      [choice("x")],
    );
    const { firstProblem } = await import("../../src/state/validation");
    expect(firstProblem(await editorWith(asked, []))).toBeNull();
    expect(firstProblem(await editorWith(asked, [ofItem(1)]))?.item).toEqual({
      object: "text",
      at: 1,
    });
  });
});

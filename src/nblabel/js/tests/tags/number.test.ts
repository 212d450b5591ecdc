import { describe, expect, it } from "vitest";
import { subjectsNow } from "../../src/state/answers";
import { submit } from "../../src/state/submitting";
import { type } from "../../src/tags/_typed";
import { opened, said } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const field = (more: Record<string, unknown> = {}) =>
  el("Number", { name: "age", toName: "text", ...more });

async function typed(control: ReturnType<typeof field>, what: string | null) {
  const editor = await opened(el("View", {}, [text, control]));
  const [subject] = subjectsNow(editor, control);
  if (subject && what !== null) type(editor, control, subject, what);
  await submit(editor);
  return { editor, told: editor.notices.value[0]?.text };
}

describe("a number that was typed", () => {
  it.each([
    ["42", 42],
    ["-1.5", -1.5],
    ["3,5", 3.5],
    ["1e3", 1000],
  ])("%s is said with the submission", async (what, number) => {
    const { editor } = await typed(field(), what);
    expect(said(editor).map(({ value }) => value)).toEqual([{ number }]);
  });

  it("is taken back where its field was emptied", async () => {
    const control = field();
    const before = { id: "n", from_name: "age", to_name: "text", type: "number" };
    const editor = await opened(el("View", {}, [text, control]), [
      { ...before, value: { number: 4 } },
    ]);
    const [subject] = subjectsNow(editor, control);
    if (subject) type(editor, control, subject, "");
    await submit(editor);
    expect(said(editor)).toEqual([]);
  });

  it("is no answer where it is no number", async () => {
    const { editor } = await typed(field(), "many");
    expect(said(editor)).toEqual([]);
  });
});

describe("steps", () => {
  it.each([
    [0.01, 1234567.89],
    [0.1, 123456789.1],
    [0.1, 0.3],
    [1, -7],
  ])("of %d have %d", async (step, number) => {
    const { editor, told } = await typed(field({ step }), String(number));
    expect(told).toBeUndefined();
    expect(said(editor).map(({ value }) => value)).toEqual([{ number }]);
  });
});

describe("limits", () => {
  it.each([
    [{ min: 0 }, "-1", "at least 0 is accepted"],
    [{ max: 120 }, "121", "at most 120 is accepted"],
    [{ min: 1, step: 0.5 }, "1.7", "the nearest that are accepted are 1.5 and 2"],
    [{ step: 0.1 }, "0.3", undefined],
    [{ min: 0.1, step: 0.2 }, "0.7", undefined],
  ])("%o and %s", async (limits, what, wrong) => {
    const { told, editor } = await typed(field(limits), what);
    expect(told).toBe(wrong && `Number "${what}" is not valid: ${wrong}`);
    expect(editor.work.value?.state).toBe(wrong ? "draft" : "submitted");
  });
});

describe("a default", () => {
  it("is taken with the submission where nothing was entered", async () => {
    const { editor } = await typed(field({ defaultValue: 7 }), null);
    expect(said(editor).map(({ value }) => value)).toEqual([{ number: 7 }]);
  });

  it("is not taken where something was", async () => {
    const { editor } = await typed(field({ defaultValue: 7 }), "8");
    expect(said(editor).map(({ value }) => value)).toEqual([{ number: 8 }]);
  });
});

it("is asked for in Label Studio's words", async () => {
  expect((await typed(field({ required: true }), null)).told).toBe('Number "age" is required.');
});

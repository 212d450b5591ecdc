import { describe, expect, it } from "vitest";
import { submit } from "../../src/state/submitting";
import { type as typing } from "../../src/tags/_typed";
import { family } from "../../src/tags/textarea";
import { label, opened, said, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER")]);
const area = (more: Record<string, unknown> = {}) =>
  el("TextArea", { name: "area", toName: "text", ...more });
const given = (...entries: string[]) => ({
  id: "t",
  from_name: "area",
  to_name: "text",
  type: "textarea",
  value: { text: entries },
});
const TASK = { region: null, item: null };

describe("text that is typed and not added", () => {
  it("is an entry once the task is submitted, and the field is empty then", async () => {
    const control = area({ required: true });
    const editor = await opened(el("View", {}, [text, control]));
    typing(editor, control, TASK, "so far");
    await submit(editor);
    expect(editor.work.value?.state).toBe("submitted");
    expect(said(editor)[0]?.value).toEqual({ text: ["so far"] });
    expect(family.form?.pending?.(editor, control, TASK)).toBeUndefined();
  });

  it("is none where it is blank, twice, or one too many", async () => {
    for (const [more, typed] of [
      [{}, "  "],
      [{ skipDuplicates: true }, "One"],
      [{ maxSubmissions: 1 }, "two"],
    ] as const) {
      const control = area(more);
      const editor = await opened(el("View", {}, [text, control]), [given("one")]);
      typing(editor, control, TASK, typed);
      await submit(editor);
      expect(said(editor)[0]?.value, JSON.stringify(more)).toEqual({ text: ["one"] });
    }
  });

  it("is one more of a transcript, and where none is added by a press", async () => {
    for (const more of [{ transcription: true }, { allowSubmit: false }]) {
      const control = area(more);
      const editor = await opened(el("View", {}, [text, control]), [given("one")]);
      typing(editor, control, TASK, "two");
      await submit(editor);
      expect(said(editor)[0]?.value, JSON.stringify(more)).toEqual({ text: ["one", "two"] });
    }
  });

  it("of a region goes to that region", async () => {
    const control = area({ perRegion: true });
    const editor = await opened(el("View", {}, [text, ner, control]), [
      span("r1", "PER"),
      span("r2", "PER"),
    ]);
    const [, second] = editor.regions.value;
    typing(editor, control, { region: second ?? null, item: null }, "second");
    await submit(editor);
    // On a text its entries stand in place of the region's text, as Label Studio has it.
    expect(said(editor)[2]).toMatchObject({ id: "r2", value: { start: 0, text: ["second"] } });
    expect(said(editor)).toHaveLength(3);
  });
});

describe("what the config fills in", () => {
  it("is said of the task with its submission, and not of regions that nobody wrote about", async () => {
    const control = area({ value: "none" });
    const editor = await opened(el("View", {}, [text, control]));
    await submit(editor);
    expect(said(editor)[0]?.value).toEqual({ text: ["none"] });
    const each = area({ value: "none", perRegion: true });
    const other = await opened(el("View", {}, [text, ner, each]), [span("r1", "PER")]);
    await submit(other);
    expect(said(other)).toHaveLength(1);
  });

  it("does not come again after it was said", async () => {
    const control = area({ value: "none" });
    const editor = await opened(el("View", {}, [text, control]), [given("mine")]);
    await submit(editor);
    expect(said(editor)[0]?.value).toEqual({ text: ["mine"] });
  });
});

describe("a required text", () => {
  it("is asked for in Label Studio's words", async () => {
    const editor = await opened(el("View", {}, [text, area({ required: true })]), [given(" ")]);
    await submit(editor);
    expect(editor.notices.value[0]?.text).toBe('Input for the textarea "area" is required.');
  });

  it("may be a bare text, as some write it", async () => {
    const bare = { ...given(), value: { text: "bare" } };
    const editor = await opened(el("View", {}, [text, area({ required: true })]), [bare]);
    await submit(editor);
    expect(editor.work.value?.state).toBe("submitted");
    expect(said(editor)).toEqual([bare]);
  });
});

import { describe, expect, it } from "vitest";
import { hotkeysOf, pressHotkey } from "../../src/state/hotkeys";
import { submit } from "../../src/state/submitting";
import { opened, said } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const stars = (more: Record<string, unknown> = {}) =>
  el("Rating", { name: "stars", toName: "text", maxRating: 3, ...more });
const given = (rating: number) => ({
  id: "r",
  from_name: "stars",
  to_name: "text",
  type: "rating",
  value: { rating },
});

describe("a rating's key", () => {
  it("gives one star more each time, and after the last the first again", async () => {
    const control = stars({ hotkey: "s" });
    const editor = await opened(el("View", {}, [text, control]));
    expect(hotkeysOf(editor).get(control.id)).toBe("s");
    const ratings = [1, 2, 3, 4, 5].map(() => {
      pressHotkey(editor, "s");
      return said(editor)[0]?.value?.rating;
    });
    expect(ratings).toEqual([1, 2, 3, undefined, 1]); // after the last none, as in Label Studio;
  });
});

describe("a required rating", () => {
  it("takes no stars for no answer, and says so in Label Studio's words", async () => {
    const editor = await opened(el("View", {}, [text, stars({ required: true })]), [given(0)]);
    await submit(editor);
    expect(editor.notices.value[0]?.text).toBe('Rating "stars" is required.');
  });

  it("is not answered by its default", async () => {
    const root = el("View", {}, [text, stars({ required: true, defaultValue: 2 })]);
    const editor = await opened(root);
    await submit(editor);
    expect(editor.work.value?.state).toBe("draft");
  });
});

import { describe, expect, it, vi } from "vitest";
import type { Element, Result } from "../../src/core/types";
import { run } from "../../src/state/commands";
import type { Editor } from "../../src/state/editor";
import { reshape, takeLabel } from "../../src/state/regions";
import { acceptAll } from "../../src/state/submitting";
import { accept, scoreOf } from "../../src/state/suggestions";
import { deskOf } from "../../src/tags/_image-desk";
import { promptsOf } from "../../src/tags/_image-prompts";
import { family } from "../../src/tags/keypoint";
import { label, opened, predicted, said } from "../editor";
import { el, Kernel, viewOf } from "../kernel";

const SIZE = { width: 400, height: 300 };
const image = el("Image", { name: "photo", value: "$image" });
const spot = (more: Record<string, unknown> = {}) =>
  el("KeyPointLabels", { name: "spot", toName: "photo", smart: true, ...more }, [
    label("sun"),
    label("roof"),
  ]);
const boxes = el("RectangleLabels", { name: "box", toName: "photo", smart: false }, [label("sun")]);
const media = { [image.id]: [{ mime: null, url: "x", ...SIZE, levels: 0, problem: null }] };
const [keypoint] = family.places ?? [];

const box = (id?: string, more: Partial<Result> = {}): Result => ({
  ...(id === undefined ? {} : { id }),
  from_name: "box",
  to_name: "photo",
  type: "rectanglelabels",
  value: { x: 1, y: 2, width: 3, height: 4, rotation: 0, rectanglelabels: ["sun"] },
  ...more,
});

/** An editor whose first label is taken, with a kernel that answers when it is told to. */
async function asking(control: Element = spot(), more: Parameters<typeof opened>[2] = {}) {
  const kernel = new Kernel([]);
  const root = el("View", {}, [image, control, boxes]);
  const editor = await opened(root, [], { annotation: null, media, ...more }, kernel);
  const prompts = promptsOf(editor);
  takeLabel(editor, control.children[0] ?? null, control);
  editor.tool.value = "keypoint";
  prompts.on.value = true;
  return { kernel, editor, prompts, control };
}

const click = (editor: Editor, x = 10, alt = false) =>
  deskOf(editor).prompting.value?.takes({
    image,
    place: keypoint as NonNullable<typeof keypoint>,
    value: { x, y: 20, width: 0.5 },
    geometry: { x: 4 * x, y: 60, width: 2 },
    alt,
  });

const answer = (kernel: Kernel, editor: Editor, results: readonly Result[]) =>
  kernel.say("suggested", { question: editor.prompt.value?.question, results });

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a click that asks", () => {
  it("is a question, as Label Studio sends it, and no region", async () => {
    const { kernel, editor } = await asking();
    expect(click(editor)).toBe(true);
    await settled();
    expect(said(editor)).toEqual([]);
    expect(kernel.changes).toEqual([]);
    expect(editor.prompt.value).toMatchObject({ waits: true, items: [] });
    expect(kernel.questions).toMatchObject([
      {
        index: 0,
        results: [
          {
            from_name: "spot",
            to_name: "photo",
            type: "keypointlabels",
            is_positive: true,
            original_width: 400,
            original_height: 300,
            image_rotation: 0,
            value: { x: 10, y: 20, width: 0.5, keypointlabels: ["sun"], labels: ["sun"] },
          },
        ],
      },
    ]);
  });

  it("adds to those before, with Alt as what is not meant", async () => {
    const { kernel, editor, prompts } = await asking();
    click(editor, 10);
    click(editor, 20, true);
    prompts.negate();
    click(editor, 30);
    click(editor, 40, true);
    await settled();
    const last = kernel.questions.at(-1)?.results ?? [];
    expect(last.map(({ value, is_positive }) => [value?.x, is_positive])).toEqual([
      [10, true],
      [20, false],
      [30, false],
      [40, true],
    ]);
    expect(prompts.shapes(image).map(({ style }) => style?.fillOpacity)).toEqual([1, 0, 0, 1]);
  });

  it("begins anew with another label", async () => {
    const { kernel, editor, control } = await asking();
    click(editor, 10);
    takeLabel(editor, control.children[1] ?? null, control);
    click(editor, 20);
    await settled();
    expect(kernel.questions.at(-1)?.results.map(({ value }) => value?.labels)).toEqual([["roof"]]);
  });

  it("is a region where asking is off, but not where its control only asks", async () => {
    const { editor, prompts } = await asking();
    prompts.on.value = false;
    expect(click(editor)).toBe(false);
    const only = await asking(spot({ smartOnly: true }));
    only.prompts.on.value = false;
    expect(click(only.editor)).toBe(true);
    const never = await asking(spot({ smart: false }));
    expect(click(never.editor)).toBe(false);
  });

  it("takes nothing where no model is", async () => {
    const { kernel, editor } = await asking();
    kernel.say("prompts", { here: false });
    expect(click(editor)).toBe(undefined);
    expect(run(editor, "tool:auto-detect")).toBe(false);
    kernel.say("prompts", { here: true });
    expect(click(editor)).toBe(true);
  });
});

describe("an answer", () => {
  it("is suggested before what a prediction says, and accepted as one gesture", async () => {
    const predictions = [predicted(7, [box("p1", { score: 0.9 })])];
    const { kernel, editor } = await asking(spot(), { predictions });
    click(editor);
    answer(kernel, editor, [box("m1"), box("m1", { type: "choices", from_name: "x" }), box("m2")]);
    expect(editor.suggestions.value).toHaveLength(3);
    expect(scoreOf(editor, editor.suggested.value[0]?.result)).toBe(null);
    run(editor, "suggestion:accept");
    expect(editor.suggestions.value).toHaveLength(2);
    await settled();
    expect(kernel.changes).toHaveLength(1);
    expect(kernel.changes[0]?.edits.every(({ after }) => after !== null)).toBe(true);
    expect(kernel.changes[0]?.parentPrediction).toBe(null);
    expect(said(editor).map(({ origin }) => origin)).toEqual(["prediction", "prediction"]);
    await editor.undo();
    expect(said(editor)).toEqual([]);
  });

  it("has ids of its own: a model may say the same twice", async () => {
    const { kernel, editor } = await asking();
    for (const _ of [1, 2]) {
      click(editor);
      answer(kernel, editor, [
        box("m1"),
        box(undefined, { parentID: "m1" }),
        { type: "relation", from_id: "m1", to_id: "m1", direction: "right" },
      ]);
      acceptAll(editor);
    }
    const [one, inside, relation, other] = said(editor);
    expect(new Set([one?.id, inside?.id, other?.id, "m1"]).size).toBe(4);
    expect(inside?.parentID).toBe(one?.id);
    expect(relation).toEqual({
      type: "relation",
      from_id: one?.id,
      to_id: one?.id,
      direction: "right",
    });
    expect(editor.prompt.value).toBe(null);
  });

  it("that is moved is accepted thereby, and settles nothing", async () => {
    const { kernel, editor } = await asking();
    click(editor);
    answer(kernel, editor, [box("m1")]);
    reshape(
      editor,
      editor.suggestions.value.map((region) => ({ region, value: { x: 5, y: 5 } })),
    );
    expect(said(editor).map(({ origin }) => origin)).toEqual(["prediction-changed"]);
    expect(editor.prompt.value).toBe(null);
    await settled();
    expect(kernel.changes[0]?.edits).toHaveLength(1);
  });

  it.each(["suggestion:reject", "region:exit", "region:delete", "annotation:undo"])(
    "is dropped by %s, and nothing is said of it",
    async (command) => {
      const { kernel, editor } = await asking();
      click(editor);
      answer(kernel, editor, [box("m1")]);
      if (command === "region:delete")
        editor.selection.value = editor.suggestions.value.map(({ id }) => id);
      run(editor, command);
      await settled();
      expect(editor.suggestions.value).toEqual([]);
      expect(editor.prompt.value).toBe(null);
      expect(kernel.changes).toEqual([]);
      expect(editor.canUndo.value).toBe(false);
    },
  );

  it("stays to be seen until the next one comes; what is seen is what is accepted", async () => {
    const { kernel, editor } = await asking();
    click(editor);
    answer(kernel, editor, [box("m1")]);
    click(editor, 30);
    expect(editor.suggestions.value).toHaveLength(1);
    accept(editor, editor.suggested.value);
    expect(said(editor)).toHaveLength(1);
    expect(editor.prompt.value).toBe(null);
    await settled();
    expect(kernel.questions.at(-1)?.results).toEqual([]); // nobody waits for it
  });

  it("to an older question is worthless", async () => {
    const { kernel, editor } = await asking();
    click(editor);
    const old = editor.prompt.value?.question;
    click(editor, 30);
    kernel.say("suggested", { question: old, results: [box("m1")] });
    expect(editor.suggestions.value).toEqual([]);
    expect(editor.prompt.value?.waits).toBe(true);
    answer(kernel, editor, []);
    expect(editor.prompt.value).toMatchObject({ waits: false, items: [] });
  });

  it("is worthless once another task is on screen, and the kernel is told", async () => {
    const { kernel, editor } = await asking();
    click(editor);
    const old = editor.prompt.value?.question;
    editor.enter(viewOf(1, { media }));
    kernel.say("suggested", { question: old, results: [box("m1")] });
    expect(editor.suggestions.value).toEqual([]);
    await settled();
    expect(kernel.questions.at(-1)?.results).toEqual([]);
  });

  it("that says what went wrong is told, and what was drawn stays", async () => {
    const { kernel, editor } = await asking();
    click(editor);
    kernel.say("suggested", { question: editor.prompt.value?.question, problem: "no memory" });
    expect(editor.notices.value).toMatchObject([{ text: "no memory", tone: "error" }]);
    expect(editor.prompt.value).toMatchObject({ waits: false });
    expect(editor.prompt.value?.drawn).toHaveLength(1);
  });
});

describe("a step back", () => {
  it("takes back what was drawn last before what was said", async () => {
    const { kernel, editor, prompts } = await asking();
    click(editor, 10);
    answer(kernel, editor, [box("m1")]);
    acceptAll(editor);
    click(editor, 20);
    click(editor, 30);
    run(editor, "annotation:undo");
    await settled();
    expect(kernel.questions.at(-1)?.results.map(({ value }) => value?.x)).toEqual([20]);
    expect(prompts.shapes(image)).toHaveLength(1);
    run(editor, "annotation:undo");
    expect(editor.prompt.value).toBe(null);
    expect(said(editor)).toHaveLength(1);
    run(editor, "annotation:undo");
    await vi.waitFor(() => expect(said(editor)).toEqual([]));
  });
});

it("never selects what was drawn for a question", async () => {
  const { editor, prompts } = await asking();
  click(editor);
  editor.pick(prompts.shapes(image)[0]?.id ?? "", false);
  expect(editor.selection.value).toEqual([]);
});

it("asks with a tool that draws", async () => {
  const { editor, prompts } = await asking();
  prompts.on.value = false;
  editor.tool.value = "move";
  run(editor, "tool:auto-detect");
  expect(editor.tool.value).toBe("");
  expect(prompts.asks(image)).toBe(true);
});

it("says on which image of a list it was drawn, and shows it there alone", async () => {
  const list = el("Image", { name: "photo", valueList: "$images" });
  const picture = media[image.id]?.[0] as NonNullable<(typeof media)[number]>[number];
  const kernel = new Kernel([]);
  const control = spot();
  const root = el("View", {}, [list, control]);
  const more = { annotation: null, media: { [list.id]: [picture, picture] } };
  const editor = await opened(root, [], more, kernel);
  const prompts = promptsOf(editor);
  takeLabel(editor, control.children[0] ?? null, control);
  prompts.on.value = true;
  editor.shown.value = new Map([["photo", 1]]);
  const place = keypoint as NonNullable<typeof keypoint>;
  prompts.takes({ image: list, place, value: { x: 1, y: 2 }, geometry: {}, alt: false });
  await settled();
  expect(kernel.questions[0]?.results[0]?.item_index).toBe(1);
  expect(prompts.shapes(list)).toHaveLength(1);
  editor.shown.value = new Map([["photo", 0]]);
  expect(prompts.shapes(list)).toHaveLength(0);
});

import { beforeEach, describe, expect, it, vi } from "vitest";
import { family as regions } from "../../src/regions";
import { type Copied, copied, copy, read } from "../../src/state/clipboard";
import { run } from "../../src/state/commands";
import type { Editor } from "../../src/state/editor";
import { paste } from "../../src/state/pasting";
import { choice, label, opened, said, span } from "../editor";
import { annotationOf, el, Kernel, viewOf } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const sure = el("Choices", { name: "sure", toName: "text", perRegion: true }, [choice("yes")]);
const image = el("Image", { name: "photo", valueList: "$images" });
const boxes = el("RectangleLabels", { name: "box", toName: "photo" }, [
  label("roof", { maxUsages: "3" }),
  label("tree"),
]);
const masks = el("BrushLabels", { name: "mask", toName: "photo" }, [label("sky")]);
const root = el("View", {}, [text, ner, sure, image, boxes, masks]);

const picture = (width: number, height: number) => ({
  ...{ mime: null, url: "x", levels: 0, problem: null },
  width,
  height,
});
const box = (id: string, x = 10, more = {}) => ({
  id,
  from_name: "box",
  to_name: "photo",
  type: "rectanglelabels",
  original_width: 400,
  original_height: 300,
  image_rotation: 0,
  item_index: 0,
  value: { x, y: 10, width: 20, height: 20, rotation: 0, rectanglelabels: ["roof"] },
  ...more,
});
const relation = (from_id: string, to_id: string) => ({
  type: "relation",
  from_id,
  to_id,
  direction: "bi",
});

const words = (value: string) => ({ values: { [text.id]: { value } } });
const pictures = { media: { [image.id]: [picture(400, 300), picture(300, 200)] } };

/** What was copied of an editor's task by these ids. */
function take(editor: Editor, ...ids: string[]): Copied {
  editor.selection.value = ids;
  expect(copy(editor)).toBe(true);
  return copied() as Copied;
}

/** Another task of the same project, on screen. */
async function another(results = [] as Parameters<typeof opened>[1], more = {}): Promise<Editor> {
  const kernel = new Kernel([]);
  const items = (results ?? []).map((result, ordinal) => ({ uid: `v${ordinal}`, ordinal, result }));
  const editor = await opened(root, [], {}, kernel);
  const annotation = annotationOf("b", { key: "k1", items });
  editor.enter(viewOf(1, { annotation, ...pictures, ...more }));
  return editor;
}

beforeEach(() => vi.unstubAllGlobals());

describe("copied regions on their own task", () => {
  it("lie a little aside, each time further, with ids of their own", async () => {
    const editor = await opened(root, [box("a")], pictures);
    const taken = take(editor, "a");
    paste(editor, taken);
    paste(editor, taken);
    const made = said(editor);
    expect(made.map(({ value }) => value?.x)).toEqual([10, 12, 14]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(editor.selection.value).toEqual([made[2]?.id]);
  });

  it("keep their answers, notes, relations and what lies inside them, in one gesture", async () => {
    const answer = {
      ...span("a"),
      from_name: "sure",
      type: "choices",
      value: { start: 0, end: 1, choices: ["yes"] },
    };
    const first = { ...span("a", "PER"), meta: { text: ["hm"] } };
    const second = { ...span("b", "LOC"), parentID: "a" };
    const editor = await opened(root, [first, answer, second, relation("a", "b")], words("xy"));
    paste(editor, take(editor, "a", "b"));
    const [one, its, other, related] = said(editor).slice(4);
    expect(one).toMatchObject({ meta: { text: ["hm"] }, origin: "manual" });
    expect(its).toMatchObject({ id: one?.id, type: "choices", value: { choices: ["yes"] } });
    expect(other?.parentID).toBe(one?.id);
    expect(related).toMatchObject({ from_id: one?.id, to_id: other?.id, direction: "bi" });
    await editor.undo();
    expect(said(editor)).toHaveLength(4);
  });

  it("stay where they are on another image, whose size and turn they have", async () => {
    const editor = await opened(root, [box("a", 10, { score: 0.5, readonly: true })], pictures);
    const taken = take(editor, "a");
    editor.shown.value = new Map([["photo", 1]]);
    paste(editor, taken);
    const [, made] = said(editor);
    expect(made).toMatchObject({
      item_index: 1,
      original_width: 300,
      original_height: 200,
      image_rotation: 0,
      value: { x: 10, y: 10 },
    });
    expect(made).not.toHaveProperty("score");
    expect(made).not.toHaveProperty("readonly");
  });
});

describe("copied regions on another task", () => {
  it("lie where they lay on its image", async () => {
    const taken = take(await opened(root, [box("a")], pictures), "a");
    const editor = await another();
    paste(editor, taken);
    expect(said(editor)).toMatchObject([{ type: "rectanglelabels", value: { x: 10 } }]);
  });

  it("mark the same words, where they stand at the same place or once", async () => {
    const marked = {
      ...span("a", "PER"),
      value: { start: 3, end: 6, labels: ["PER"], text: "Ada" },
    };
    const taken = take(await opened(root, [marked], words("it Ada is")), "a");
    const where = async (value: string) => {
      const editor = await another([], words(value));
      paste(editor, taken);
      const [made] = said(editor);
      return made ? [made.value?.start, made.value?.end] : editor.notices.value[0]?.text;
    };
    expect(await where("so Ada, Ada")).toEqual([3, 6]);
    expect(await where("𝒜 saw 😀 Ada")).toEqual([8, 11]);
    expect(await where("Ada and Ada")).toBe(
      "It cannot be pasted here: its words stand there more than once.",
    );
    expect(await where("nobody")).toMatch(/its words do not stand there/);
  });

  it("are masks of the same size only", async () => {
    const mask = (id: string) => ({
      ...box(id),
      from_name: "mask",
      type: "brushlabels",
      value: { format: "rle", rle: new Uint8Array([1, 2, 3]), brushlabels: ["sky"] },
    });
    const first = await opened(root, [], pictures);
    first.commit({ edits: [{ uid: "m", ordinal: 0, before: null, after: mask("a") }] });
    const taken = take(first, "a");
    const editor = await another();
    paste(editor, taken);
    expect(said(editor)[0]?.value?.rle).toBe(taken.regions[0]?.results[0]?.value?.rle);
    editor.shown.value = new Map([["photo", 1]]);
    paste(editor, taken);
    expect(said(editor)).toHaveLength(1);
    expect(editor.notices.value[0]?.text).toBe(
      "It cannot be pasted here: a mask of 400 × 300 pixels does not fit 300 × 200.",
    );
  });

  it("keep within maxUsages, each of them counted", async () => {
    const taken = take(await opened(root, [box("a"), box("b", 30)], pictures), "a", "b");
    const editor = await another([box("c"), box("d", 40)]);
    paste(editor, taken);
    expect(said(editor)).toHaveLength(3);
    expect(editor.notices.value.map((notice) => notice.text)).toEqual([
      "You can't use roof more than 3 time(s)",
      "1 of 2 regions cannot be pasted here: its label is used as often as it may be.",
    ]);
  });

  it("find the control of another labeler that has their label", async () => {
    const taken = take(await opened(root, [box("a")], pictures), "a");
    const other = el("Image", { name: "img", value: "$image" });
    const trees = el("RectangleLabels", { name: "t", toName: "img" }, [label("tree")]);
    const roofs = el("RectangleLabels", { name: "r", toName: "img" }, [label("roof")]);
    const media = { media: { [other.id]: [picture(50, 50)] } };
    const editor = await opened(el("View", {}, [other, trees, roofs]), [], media);
    paste(editor, taken);
    expect(said(editor)).toMatchObject([
      { from_name: "r", to_name: "img", original_width: 50, value: { rectanglelabels: ["roof"] } },
    ]);
    expect(said(editor)[0]).not.toHaveProperty("item_index");
    const strange = await opened(el("View", {}, [other, trees]), [], media);
    paste(strange, taken);
    expect(said(strange)).toEqual([]);
    expect(strange.notices.value[0]?.text).toMatch(/no control there has its label/);
  });
});

describe("the keys", () => {
  it("leave ctrl+c to the browser where nothing, or text, is selected", async () => {
    const editor = await opened(root, [box("a")], pictures);
    const selection = { toString: () => "" };
    vi.stubGlobal("document", { activeElement: null, getSelection: () => selection });
    expect(regions.commands).toHaveProperty("region:paste");
    expect(run(editor, "region:copy")).toBe(false);
    editor.selection.value = ["a"];
    selection.toString = () => "words";
    expect(run(editor, "region:copy")).toBe(false);
    selection.toString = () => "";
    expect(run(editor, "region:copy")).toBe(true);
  });
});

describe("the system's clipboard", () => {
  it("gets what is copied as JSON, with masks as lists", async () => {
    const writeText = vi.fn(async (_: string) => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    const mask = {
      ...box("a"),
      type: "brushlabels",
      from_name: "mask",
      value: { format: "rle", rle: new Uint8Array([1, 2]), brushlabels: ["sky"] },
    };
    const editor = await opened(root, [], pictures);
    editor.commit({ edits: [{ uid: "m", ordinal: 0, before: null, after: mask }] });
    take(editor, "a");
    const [text] = writeText.mock.calls[0] ?? [];
    const back = read(JSON.parse(text ?? ""));
    expect(back?.regions[0]?.results[0]?.value?.rle).toEqual([1, 2]);
    expect(back?.task).toBe(copied()?.task);
  });

  it.each([null, 7, "text", { nblabel: 1 }, { nblabel: { regions: {} } }])(
    "knows what it never wrote: %o",
    (given) => {
      expect(read(given)).toBeNull();
    },
  );

  it("takes of a stranger's JSON what has the form of regions", () => {
    const regions = [null, {}, { id: "a", on: {}, words: "", results: [null] }];
    expect(read({ nblabel: { regions, relations: [3] } })).toMatchObject({
      regions: [],
      relations: [],
    });
  });
});

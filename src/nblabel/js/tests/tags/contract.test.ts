/** What every drawn tag promises, checked from what Python declares of it and nothing else. */
import families from "families";
import { describe, expect, inject, it } from "vitest";
import { type Bounds, isInside, type Size } from "../../src/core/geometry";
import { isRegion, regionsOf } from "../../src/core/regions";
import type { Element, Result } from "../../src/core/types";
import type { Figure } from "../../src/stage/shapes/figure";
import { answering, answerOf, subjectsNow, subjectsOf } from "../../src/state/answers";
import type { Editor } from "../../src/state/editor";
import type { Place } from "../../src/state/family";
import { hotkeysOf, pressHotkey } from "../../src/state/hotkeys";
import { placeOf, whereOf } from "../../src/state/places";
import { create, duplicate, remove, reshape, describe as words } from "../../src/state/regions";
import { statement } from "../../src/state/results";
import { submit } from "../../src/state/submitting";
import { firstProblem } from "../../src/state/validation";
import { turned, unturned } from "../../src/tags/image";
import { opened, predicted, said } from "../editor";
import { el } from "../kernel";
import { seeded } from "../random";

const { tags } = inject("declared");
const drawn = families.flatMap(({ views }) => Object.keys(views));
const sampled = drawn.filter((name) => tags[name]?.sample);
const regions = sampled.filter((name) => tags[name]?.region);
const answered = sampled.filter((name) => !tags[name]?.region && tags[name]?.role === "control");
const places: Place[] = families.flatMap((family) => family.places ?? []);
const shapes = places.filter(({ shape }) => shape);

const SIZE: Size = { width: 640, height: 480 };
const MEDIA = { mime: null, url: "x", ...SIZE, levels: 0, problem: null };

const rootOf = (name: string): Element => tags[name]?.spec.root as Element;

function* within(element: Element): Iterable<Element> {
  yield element;
  for (const child of element.children) yield* within(child);
}

/** The example of a tag with other attributes on its control. */
function exampleOf(name: string, more: Record<string, unknown> = {}, around: Element[] = []) {
  let control: Element | undefined;
  const changed = (element: Element): Element => {
    const inside = element.children.map(changed);
    if (element.tag !== name || control) return { ...element, children: inside };
    const attributes = { ...element.attributes, ...more };
    control = { ...element, attributes, children: inside };
    return control;
  };
  const root = changed(rootOf(name));
  if (!control) throw new Error(`the example of ${name} has none`);
  return { root: { ...root, children: [...root.children, ...around] }, control };
}

/** Its sample as a result. */
function resultOf(name: string, control: Element, more: Partial<Result> = {}): Result {
  return {
    id: "abcdefghij",
    from_name: String(control.attributes.name),
    to_name: String(control.attributes.toName),
    type: tags[name]?.types[0] ?? "",
    value: tags[name]?.sample ?? {},
    ...more,
  };
}

const mediaOf = (root: Element) =>
  Object.fromEntries([...within(root)].map(({ id }) => [id, [MEDIA]]));

async function openedWith(
  name: string,
  results: (control: Element) => readonly Result[],
  more: Record<string, unknown> = {},
  around: Element[] = [],
) {
  const { root, control } = exampleOf(name, more, around);
  const editor = await opened(root, results(control), { media: mediaOf(root) });
  return { editor, control };
}

describe.each(sampled)("%s", (name) => {
  it("shows what was said, untouched", async () => {
    const { editor, control } = await openedWith(name, (at) => [resultOf(name, at)]);
    expect(said(editor)).toEqual([resultOf(name, control)]);
    expect(editor.notices.value).toEqual([]);
    expect(firstProblem(editor)).toBeNull();
  });

  it("is suggested, and accepted as it is", async () => {
    const { root, control } = exampleOf(name);
    const result = resultOf(name, control);
    const view = { annotation: null, predictions: [predicted(1, [result])], media: mediaOf(root) };
    const editor = await opened(root, [], view);
    expect(editor.suggested.value.map((item) => item.result)).toEqual([result]);
    const { run } = await import("../../src/state/commands");
    run(editor, "suggestion:accept-all");
    expect(said(editor)[0]).toMatchObject({ ...result, origin: "prediction" });
  });

  it("goes with a submission as it is", async () => {
    const { editor, control } = await openedWith(name, (at) => [resultOf(name, at)]);
    await submit(editor);
    expect(editor.work.value?.state).toBe("submitted");
    expect(said(editor)).toEqual([resultOf(name, control)]);
  });
});

describe.each(regions)("%s, a region", (name) => {
  const only = async () => {
    const { editor, control } = await openedWith(name, (at) => [resultOf(name, at)]);
    const [region, ...more] = editor.regions.value;
    expect(more).toEqual([]);
    if (!region) throw new Error(`the sample of ${name} is no region`);
    return { editor, control, region };
  };

  it("has exactly one place, by its type and by its keys", async () => {
    const { editor, region } = await only();
    const place = placeOf(editor, region);
    expect(place).toBeDefined();
    const unnamed = regionsOf([
      { uid: "u", ordinal: 0, result: { ...region.items[0]?.result, type: "labels" } },
    ]);
    expect(unnamed.map((other) => placeOf(editor, other)?.name)).toEqual([place?.name]);
  });

  it("is told in words", async () => {
    const { editor, region } = await only();
    expect(words(editor, region).length).toBeGreaterThan(2);
    expect(words(editor, region)).not.toMatch(/undefined|NaN/);
  });

  it("is deleted, and brought back as it was", async () => {
    const { editor, region } = await only();
    const before = said(editor);
    remove(editor, [region]);
    expect(said(editor)).toEqual([]);
    await editor.undo();
    expect(said(editor)).toEqual(before);
    await editor.redo();
    expect(said(editor)).toEqual([]);
  });

  it("is copied with all that is said of it, under an id of its own", async () => {
    const { editor, region } = await only();
    duplicate(editor, [region]);
    const [first, copy] = said(editor);
    expect(Object.keys(copy?.value ?? {})).toEqual(Object.keys(first?.value ?? {}));
    expect(copy?.id).not.toBe(first?.id);
  });

  it("keeps a per-region answer when it is changed", async () => {
    const { editor, region, control } = await only();
    const answer = { ...resultOf("Choices", control), from_name: "about", type: "choices" };
    const value = { ...whereOf(editor, region), choices: ["a"] };
    editor.commit({
      edits: [{ uid: "a", ordinal: 5, before: null, after: { ...answer, value } }],
    });
    const [now] = editor.regions.value;
    if (now) reshape(editor, [{ region: now, value: whereOf(editor, now) }]);
    expect(said(editor)[1]?.value).toEqual(value);
  });
});

describe.each(regions.filter((name) => tags[name]?.children === "Label"))("%s", (name) => {
  it("draws a region of its own type with the label that is taken", async () => {
    const { editor, control } = await openedWith(name, () => []);
    const object = editor.tree.value.named(String(control.attributes.toName)) as Element;
    const [label] = editor.tree.value.options(control);
    pressHotkey(editor, hotkeysOf(editor).get(label?.id ?? -1) ?? "");
    const sample = regionsOf([{ uid: "u", ordinal: 0, result: resultOf(name, control) }])[0];
    const place = sample && placeOf(editor, sample);
    if (!sample || !place) throw new Error("no place");
    create(editor, object, place, whereOf(editor, sample));
    expect(said(editor)).toHaveLength(1);
    const [made] = said(editor);
    const key = tags[name]?.valueKey ?? "";
    expect(made).toMatchObject({ type: tags[name]?.types[0], from_name: control.attributes.name });
    expect(made?.value).toEqual({
      ...whereOf(editor, sample),
      [key]: [label && editor.tree.value.exported(label)],
    });
    expect(made && isRegion(made)).toBe(true);
  });
});

/** Those that can be read without a browser; images are not. */
const readable = shapes.filter(({ types, shape }) => {
  const sample = regions.map((tag) => tags[tag]).find((tag) => types.includes(tag?.types[0] ?? ""));
  return typeof shape?.read((sample?.sample ?? {}) as never, SIZE) === "object";
});

describe.each(readable.map((place) => [place.name, place] as const))(
  "the shape %s",
  (name, place) => {
    const figure = place.shape?.figure as Figure;
    const read = (value: object) => place.shape?.read(value as never, SIZE);
    const write = (shape: unknown) => place.shape?.write(shape, SIZE);
    const sample = regions
      .map((tag) => tags[tag])
      .find((tag) => place.types.includes(tag?.types[0] ?? ""));
    const value = Object.fromEntries(
      Object.entries(sample?.sample ?? {}).filter(([key]) => place.keys.includes(key)),
    );
    const close = (shape: unknown, other: unknown) =>
      expect(rounded(shape)).toEqual(rounded(other));

    it("is written as it was read", () => {
      close(write(read(value)), typed(value));
    });

    it("comes back from every turn of the image", () => {
      const shape = read(value);
      for (const turn of [0, 90, 180, 270] as const)
        close(unturned(turned(shape, figure, SIZE, turn), figure, SIZE, turn), shape);
    });

    it("stays on the image, however it is moved and pulled", () => {
      const random = seeded(name.length);
      const any = (most: number) => (random() - 0.5) * 4 * most;
      for (let round = 0; round < 60; round++) {
        let shape = read(value);
        shape = figure.move(shape, any(640), any(480), SIZE);
        expect(isInside(figure.bounds(shape), SIZE, 2), `moved: ${JSON.stringify(shape)}`).toBe(
          true,
        );
        for (const handle of figure.handles(shape, 1, true)) {
          const to = { x: handle.x + any(640), y: handle.y + any(480) };
          const pulled = figure.drag(shape, handle.id, handle, to, NO_KEYS, SIZE);
          expect(isInside(figure.bounds(pulled), SIZE, 2), handle.label).toBe(true);
        }
      }
    });

    it("does nothing by a handle that is not pulled", () => {
      const shape = read(value);
      for (const handle of figure.handles(shape, 1, true))
        if (handle.role !== "add")
          close(figure.drag(shape, handle.id, handle, handle, NO_KEYS, SIZE), shape);
    });

    it("has handles with names of their own", () => {
      const handles = figure.handles(read(value), 1, true);
      expect(new Set(handles.map(({ id }) => id)).size).toBe(handles.length);
      expect(new Set(handles.map(({ label }) => label)).size).toBe(handles.length);
    });

    it("lies on whole pixels once it is snapped", () => {
      const snapped = figure.snap(read(value), SIZE);
      expect(figure.snap(snapped, SIZE)).toEqual(snapped);
    });

    it("lies aside and on the image as a copy", () => {
      const copy = { ...value, ...place.shifted?.(value) };
      if (!figure.freehand) expect(copy).not.toEqual(value); // a mask stays on what it shows
      expect(isInside(figure.bounds(read(copy)), SIZE, 8)).toBe(true);
    });

    it("is drawn by clicks, and not by nothing", () => {
      const pen = figure.pen({ x: 100, y: 100 }, GROUND);
      const corners = [
        [100, 100],
        [300, 120],
        [280, 300],
        [100, 100],
      ] as const;
      let drawn: unknown = null;
      for (const [x, y] of corners) {
        pen.move({ x, y }, NO_KEYS, false);
        const { draft, whole } = pen.up({ x, y }, NO_KEYS);
        if (!whole) continue;
        drawn = draft;
        break;
      }
      drawn ??= pen.finish(); // a line that nothing closes
      expect(drawn).not.toBeNull();
      const box = figure.bounds(drawn) as Bounds;
      expect(isInside(box, SIZE, 2)).toBe(true);
      close(read(write(drawn) ?? {}), drawn);
    });
  },
);

const GROUND = { size: SIZE, pixel: 1, strokeWidth: 2, turn: 0, tool: "" };
const NO_KEYS = { shift: false, alt: false };

/** As it is in the browser: bytes in an array of theirs. */
const typed = ({ rle, ...value }: Record<string, unknown>): object =>
  Array.isArray(rle) ? { ...value, rle: Uint8Array.from(rle) } : value;

/** With numbers that differ by less than a millionth made equal. */
const rounded = (shape: unknown): unknown =>
  JSON.parse(
    JSON.stringify(shape, (_, value) =>
      typeof value === "number" ? Math.round(value * 1e6) / 1e6 + 0 : value,
    ),
  );

describe.each(answered)("%s, an answer", (name) => {
  const value = tags[name]?.sample ?? {};
  const text = el("Text", { name: "regions", value: "$text" });
  const ner = el("Labels", { name: "ner", toName: "regions" }, [el("Label", { value: "PER" })]);
  const span = (id: string): Result => ({
    id,
    from_name: "ner",
    to_name: "regions",
    type: "labels",
    value: { start: 0, end: 1, text: "x", labels: ["PER"] },
  });
  const commit = (editor: Editor, control: Element, say: object | undefined) =>
    editor.commit(answering(editor, control, () => say as never));

  it("is given, changed into nothing, and brought back", async () => {
    const { editor, control } = await openedWith(name, () => []);
    commit(editor, control, value);
    expect(answerOf(editor, control)?.result).toEqual({
      ...statement(editor.tree.value, control, value, null),
      id: said(editor)[0]?.id,
    });
    commit(editor, control, undefined);
    expect(said(editor)).toEqual([]);
    await editor.undo();
    expect(answerOf(editor, control)?.result.value).toEqual(value);
  });

  it("is asked for where it is required, in its own words or the config's", async () => {
    const { editor, control } = await openedWith(name, () => [], { required: true });
    expect(firstProblem(editor)?.text).toContain(`"${control.attributes.name}" is required.`);
    commit(editor, control, value);
    expect(firstProblem(editor)).toBeNull();
    const own = await openedWith(name, () => [], { required: true, requiredMessage: "Say it!" });
    expect(firstProblem(own.editor)).toMatchObject({ text: "Say it!" });
  });

  it("is about each region on its own, and asked of each", async () => {
    const { editor, control } = await openedWith(
      name,
      () => [span("r1"), span("r2")],
      { perRegion: true, required: true, toName: "regions" },
      [text, ner],
    );
    expect(subjectsOf(editor, control)).toHaveLength(2);
    expect(subjectsNow(editor, control)).toEqual([]);
    editor.selection.value = ["r2"];
    commit(editor, control, value);
    expect(firstProblem(editor)).toMatchObject({ region: "r1" });
    expect(said(editor)[2]).toMatchObject({ id: "r2", value });
    await editor.undo();
    expect(said(editor)).toEqual([span("r1"), span("r2")]);
  });

  it("is about each item on its own", async () => {
    const images = el("Image", { name: "images", valueList: "$images" });
    const { root, control } = exampleOf(name, { perItem: true, toName: "images" }, [images]);
    const editor = await opened(root, [], { media: { [images.id]: [MEDIA, MEDIA] } });
    editor.shown.value = new Map([["images", 1]]);
    commit(editor, control, value);
    expect(said(editor)[0]).toMatchObject({ item_index: 1, value });
    expect(subjectsOf(editor, control)).toHaveLength(2);
  });

  it("has no key while it is hidden", async () => {
    const { editor } = await openedWith(name, () => [], { visibleWhen: "region-selected" });
    for (const key of hotkeysOf(editor).values()) expect(pressHotkey(editor, key)).toBe(false);
    expect(said(editor)).toEqual([]);
  });
});

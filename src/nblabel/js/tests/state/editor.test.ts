import "fake-indexeddb/auto";
import { signal } from "@preact/signals";
import families from "families";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { apply } from "../../src/core/changes";
import type { Change } from "../../src/core/types";
import type { Editor } from "../../src/state/editor";
import { openEditor } from "../../src/state/families";
import { hotkeysOf } from "../../src/state/hotkeys";
import { create, duplicate, remove, reshape, takeLabel } from "../../src/state/regions";
import { added, statement } from "../../src/state/results";
import { acceptAll, skip, submit } from "../../src/state/submitting";
import { accept, reject } from "../../src/state/suggestions";
import { place as SPAN } from "../../src/tags/text";
import { Wire } from "../../src/wire/wire";
import { annotationOf, el, Kernel, specOf, viewOf } from "../kernel";

vi.stubGlobal("CSS", { supports: () => true });

const label = (value: string, more = {}) => el("Label", { value, ...more });
const choice = (value: string, more = {}) => el("Choice", { value, ...more });
const text = el("Text", { name: "text", value: "$text" });
const labels = el("Labels", { name: "ner", toName: "text" }, [
  label("PER"),
  label("ORG", { maxUsages: "1" }),
]);
const choices = el("Choices", { name: "sentiment", toName: "text" }, [
  choice("good"),
  choice("bad"),
]);
const root = el("View", {}, [text, labels, choices]);
const span = (start: number, end: number) => ({ start, end, text: "x" });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

async function open(kernel: Kernel, more = {}) {
  const editor = openEditor(specOf(root, more), new Wire(kernel), families, signal("auto"));
  await editor.start();
  await settled();
  return editor;
}

function choose(editor: Editor, value: string) {
  const after = statement(editor.tree.value, choices, { choices: [value] }, null);
  editor.commit({ edits: [added(after, editor.nextOrdinal)] });
}

function mark(editor: Editor, name: "PER" | "ORG", start: number, end: number) {
  const element = labels.children.find(({ attributes }) => attributes.value === name) ?? null;
  editor.selection.value = [];
  takeLabel(editor, element, labels);
  create(editor, text, SPAN, span(start, end));
}

let kernel: Kernel;
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  kernel = new Kernel([0, 1, 2].map((index) => viewOf(index)));
});

describe("answering", () => {
  it("shows the task where the work stopped", async () => {
    const editor = await open(kernel);
    expect(editor.work.value?.view.key).toBe("k0");
  });

  it("says nothing of the last task once that is done and gone from the screen", async () => {
    const editor = await open(kernel);
    for (let task = 0; task < 3; task++) await submit(editor);
    expect(editor.route.finished.value).toBe(true);
    await settled();
    const { length } = kernel.changes;
    choose(editor, "good");
    mark(editor, "PER", 0, 3);
    await submit(editor);
    await skip(editor);
    await settled();
    expect(kernel.changes).toHaveLength(length);
    expect(editor.items.value).toEqual([]);
    await editor.undo();
    expect(editor.work.value).toMatchObject({ state: "draft", view: { key: "k2" } });
  });

  it("goes to the next task at once while the kernel is busy, and sends everything when it serves", async () => {
    const editor = await open(kernel);
    kernel.serving = false;
    choose(editor, "good");
    await submit(editor);
    expect(editor.work.value?.view.key).toBe("k1");
    choose(editor, "bad");
    await submit(editor);
    expect(editor.work.value?.view.key).toBe("k2");
    expect(editor.outbox.unsaved.value).toBe(4);
    kernel.serve();
    await settled();
    expect(editor.outbox.unsaved.value).toBe(0);
    expect(kernel.changes.map(({ key, action, base }) => [key, action, base])).toEqual([
      ["k0", "edit", 0],
      ["k0", "submit", 1],
      ["k1", "edit", 0],
      ["k1", "submit", 1],
    ]);
  });

  it("binds a change to the task on screen when it was made", async () => {
    const editor = await open(kernel);
    kernel.serving = false;
    choose(editor, "good");
    await editor.route.goto(1);
    kernel.serve();
    await settled();
    expect(kernel.changes.map(({ key, digest }) => [key, digest])).toEqual([["k0", "d0"]]);
  });

  it("says when every task is done, and counts", async () => {
    const editor = await open(kernel);
    for (let i = 0; i < 3; i++) await submit(editor);
    expect(editor.route.finished.value).toBe(true);
    expect(editor.progress.value).toEqual({ total: 3, done: 3, skipped: 0, exact: true });
    expect(editor.decisions.value.map(({ index }) => index)).toEqual([2, 1, 0]);
  });

  it.each([
    [{ ranker: { best: ["x"], rest: ["y", "z"] } }, "x, y, z"],
    [{ taxonomy: [["A", "B"], ["C"]] }, "A / B, C"],
    [{ number: 3 }, "3"],
  ])("tells in few words that it said %o", async (value, words) => {
    const kernel = new Kernel([viewOf(0), viewOf(1)]);
    const editor = await open(kernel);
    const after = { id: "r", from_name: "mood", to_name: "text", type: "x", value };
    editor.commit({ edits: [{ uid: "u", ordinal: 0, before: null, after }] });
    await submit(editor);
    expect(editor.decisions.value[0]?.text).toBe(words);
  });

  it("goes back to where it came from, and keeps what was said there", async () => {
    const editor = await open(kernel);
    choose(editor, "good");
    await submit(editor);
    await editor.route.previous();
    expect(editor.work.value?.view.key).toBe("k0");
    expect(editor.work.value?.state).toBe("submitted");
    expect(editor.items.value[0]?.result.value).toEqual({ choices: ["good"] });
  });

  it("refuses to submit without what is required, in Label Studio's words", async () => {
    const required = el("Choices", { name: "must", toName: "text", required: true }, [choice("a")]);
    const editor = await open(kernel, { root: el("View", {}, [text, required]) });
    await submit(editor);
    expect(editor.notices.value.map((notice) => notice.text)).toEqual([
      'Checkbox "must" is required.',
    ]);
    expect(kernel.changes).toEqual([]);
  });

  it("sends what is chosen from the start with the first change", async () => {
    const preset = el("Choices", { name: "c", toName: "text" }, [choice("a", { selected: true })]);
    const editor = await open(kernel, { root: el("View", {}, [text, preset]) });
    await submit(editor);
    await settled();
    expect(kernel.changes[0]?.edits.map((edit) => edit.after?.value)).toEqual([{ choices: ["a"] }]);
  });
});

describe("tasks left behind", () => {
  it("keep what was said of them, not what they showed", async () => {
    const picture = { mime: null, url: "x", width: 1, height: 1, levels: 0, problem: null };
    kernel.views = kernel.views.map((view) => ({ ...view, media: { 0: [picture] } }));
    const editor = await open(kernel);
    choose(editor, "good");
    const first = editor.work.value;
    await submit(editor);
    expect(editor.work.value?.view.media).toEqual({ 0: [picture] });
    await editor.route.previous();
    expect(editor.work.value?.items).toEqual(first?.items);
    expect(editor.work.value?.view.media).toEqual({ 0: [picture] });
  });
});

describe("undo", () => {
  it("takes back each gesture and redoes it", async () => {
    const editor = await open(kernel);
    mark(editor, "PER", 0, 3);
    const [made] = editor.items.value;
    await editor.undo();
    expect(editor.items.value).toEqual([]);
    await editor.redo();
    expect(editor.items.value).toEqual([made]);
  });

  it("goes back to the task of the last answer and makes it a draft again", async () => {
    const editor = await open(kernel);
    choose(editor, "good");
    await submit(editor);
    await editor.undo();
    expect(editor.work.value?.view.key).toBe("k0");
    expect(editor.work.value?.state).toBe("draft");
    expect(editor.items.value).toHaveLength(1);
    await settled();
    expect(kernel.changes.at(-1)?.action).toBe("reopen");
    expect(editor.progress.value.done).toBe(0);
  });

  it("submits again what was submitted before it was skipped", async () => {
    const editor = await open(kernel);
    choose(editor, "good");
    await submit(editor);
    await editor.route.previous();
    await skip(editor);
    expect(kernel.changes.at(-1)?.action).toBe("skip");
    await editor.undo();
    expect(editor.work.value?.state).toBe("submitted");
    await settled();
    expect(kernel.changes.at(-1)).toMatchObject({ action: "submit", kind: "undo" });
  });

  it("undoes what was done before a reload, on the task it was done on", async () => {
    const before = await open(kernel);
    choose(before, "good");
    await submit(before);
    await settled();
    const [change] = kernel.changes;
    if (!change) throw new Error("nothing was sent");
    kernel.views[0] = viewOf(0, {
      annotation: annotationOf(change.annotation, {
        state: "submitted",
        pending: false,
        revision: 2,
        items: apply([], change.edits),
        leadTime: 1,
      }),
    });
    const entry = { key: "k0", index: 0, kind: "gesture", stateBefore: "draft" } as const;
    kernel.gestures = [
      { ...entry, action: "edit", state: "draft", edits: change.edits },
      { ...entry, action: "submit", state: "submitted", edits: [] },
    ];
    const editor = await open(kernel);
    await editor.route.goto(2);
    await editor.undo();
    expect(editor.work.value).toMatchObject({ state: "draft", view: { key: "k0" } });
    await editor.undo();
    expect(editor.items.value).toEqual([]);
    expect(editor.canUndo.value).toBe(false);
    await editor.redo();
    expect(editor.items.value).toHaveLength(1);
  });

  it("leaves alone what has changed since", async () => {
    const editor = await open(kernel);
    choose(editor, "good");
    await settled();
    const work = editor.work.value;
    if (!work) throw new Error("no work");
    kernel.views[0] = viewOf(0, {
      annotation: annotationOf(work.uid, {
        state: "submitted",
        pending: false,
        revision: 9,
        leadTime: 1,
      }),
    });
    kernel.say("changed", {
      keys: ["k0"],
      progress: { total: 3, done: 0, skipped: 0, exact: true },
    });
    await settled();
    expect(editor.work.value?.revision).toBe(9);
    await editor.undo();
    expect(editor.notices.value[0]?.text).toContain("has changed since");
    expect(editor.items.value).toEqual([]);
  });
});

describe("regions", () => {
  it("are made with the chosen label, which stays taken", async () => {
    const editor = await open(kernel);
    mark(editor, "PER", 0, 3);
    expect(editor.items.value[0]?.result).toMatchObject({
      from_name: "ner",
      to_name: "text",
      type: "labels",
      origin: "manual",
      value: { start: 0, end: 3, labels: ["PER"] },
    });
    expect(editor.labels.active.value.size).toBe(1);
  });

  it("keep unknown fields and everything else when they are relabeled", async () => {
    const result = {
      id: "r1",
      from_name: "ner",
      to_name: "text",
      type: "labels",
      origin: "manual",
      meta: { text: ["note"] },
      strange: 7,
      value: { start: 0, end: 3, labels: ["PER"], odd: true },
    };
    kernel.views[0] = viewOf(0, {
      annotation: annotationOf("a", {
        state: "submitted",
        pending: false,
        revision: 4,
        items: [{ uid: "i", ordinal: 0, result }],
        leadTime: 1,
      }),
    });
    const editor = await open(kernel);
    editor.pick("r1", false);
    takeLabel(editor, labels.children[1] ?? null, labels);
    expect(editor.items.value[0]?.result).toEqual({
      ...result,
      value: { start: 0, end: 3, labels: ["ORG"], odd: true },
    });
  });

  it("keep within maxUsages, in Label Studio's words", async () => {
    const editor = await open(kernel);
    mark(editor, "ORG", 0, 3);
    mark(editor, "ORG", 4, 6);
    expect(editor.items.value).toHaveLength(1);
    expect(editor.notices.value[0]?.text).toBe("You can't use ORG more than 1 time(s)");
    editor.tell("one", "info");
    editor.tell("the last that is said of a gesture", "info");
    expect(editor.notices.value.map(({ tone }) => tone)).toEqual(["error", "info"]);
  });

  it("are deleted, duplicated and locked", async () => {
    const editor = await open(kernel);
    mark(editor, "PER", 0, 3);
    const [region] = editor.regions.value;
    if (!region) throw new Error("no region");
    editor.toggle(editor.locked, [region.id]);
    remove(editor, [region]);
    expect(editor.regions.value).toHaveLength(1);
    editor.toggle(editor.locked, [region.id]);
    duplicate(editor, [region]);
    expect(editor.regions.value).toHaveLength(2);
    expect(new Set(editor.regions.value.map(({ id }) => id)).size).toBe(2);
    remove(editor, editor.regions.value);
    expect(editor.regions.value).toEqual([]);
    await editor.undo();
    expect(editor.regions.value).toHaveLength(2);
  });
});

describe("suggestions", () => {
  const suggested = (id: string, start: number) => ({
    id,
    from_name: "ner",
    to_name: "text",
    type: "labels",
    value: { start, end: start + 2, text: "ab", labels: ["PER"] },
  });
  const prediction = {
    id: 7,
    results: [suggested("s1", 0), suggested("s2", 5)],
    score: 0.9,
    modelVersion: "m",
  };

  beforeEach(() => {
    kernel.views[0] = viewOf(0, { predictions: [prediction] });
  });

  it("are not submitted unless somebody accepts them", async () => {
    const editor = await open(kernel);
    expect(editor.suggestions.value).toHaveLength(2);
    await submit(editor);
    await settled();
    expect(kernel.changes.flatMap(({ edits }) => edits)).toEqual([]);
  });

  it("keep id and origin when accepted, and name the prediction", async () => {
    const editor = await open(kernel);
    acceptAll(editor);
    expect(editor.items.value.map(({ result }) => [result.id, result.origin])).toEqual([
      ["s1", "prediction"],
      ["s2", "prediction"],
    ]);
    expect(editor.suggestions.value).toEqual([]);
    await settled();
    expect(kernel.changes[0]?.parentPrediction).toBe(7);
  });

  it("are shown that came while the first task was on its way", async () => {
    const suggested = kernel.views;
    kernel.views = [viewOf(0)];
    kernel.serving = false;
    const opening = open(kernel);
    await settled();
    kernel.say("changed", { keys: ["k0"] });
    kernel.serve();
    kernel.views = suggested;
    const editor = await opening;
    expect(editor.suggestions.value.map(({ id }) => id)).toEqual(["s1", "s2"]);
  });

  it("stay rejected after a reload, and come back when that is undone", async () => {
    const editor = await open(kernel);
    reject(editor, editor.suggestions.value[0]?.items ?? []);
    await settled();
    const [change] = kernel.changes;
    expect(change?.edits).toEqual([{ uid: "7#0#s1", ordinal: 0, before: null, after: null }]);
    kernel.views[0] = viewOf(0, {
      predictions: [prediction],
      annotation: annotationOf(change?.annotation ?? "", { settled: ["7#0#s1"] }),
    });
    const entry = { key: "k0", index: 0, kind: "gesture", stateBefore: "draft" } as const;
    kernel.gestures = [{ ...entry, action: "edit", state: "draft", edits: change?.edits ?? [] }];
    const again = await open(kernel);
    expect(again.suggestions.value.map(({ id }) => id)).toEqual(["s2"]);
    await again.undo();
    expect(again.suggestions.value.map(({ id }) => id)).toEqual(["s1", "s2"]);
    await settled();
    expect(kernel.changes[1]).toMatchObject({ kind: "undo", base: 1, edits: change?.edits });
  });

  it("are marked as changed when they were", async () => {
    const editor = await open(kernel);
    const [region] = editor.suggestions.value;
    if (!region) throw new Error("no suggestion");
    reshape(editor, [{ region, value: { end: 4 } }]);
    expect(editor.items.value[0]?.result).toMatchObject({
      id: "s1",
      origin: "prediction-changed",
      value: { start: 0, end: 4 },
    });
  });

  it("come back when an acceptance or a rejection is undone", async () => {
    const editor = await open(kernel);
    const [first, second] = editor.suggestions.value;
    if (!first || !second) throw new Error("no suggestions");
    accept(editor, first.items);
    reject(editor, second.items);
    expect(editor.suggestions.value).toEqual([]);
    await editor.undo();
    await editor.undo();
    expect(editor.suggestions.value.map(({ id }) => id)).toEqual(["s1", "s2"]);
    expect(editor.items.value).toEqual([]);
  });

  it("that come late never touch work that has begun", async () => {
    kernel.views[0] = viewOf(0);
    const editor = await open(kernel);
    mark(editor, "PER", 0, 3);
    await settled();
    const { items } = editor;
    const before = items.value;
    kernel.views[0] = viewOf(0, {
      predictions: [prediction],
      annotation: annotationOf(editor.work.value?.uid ?? "", { items: before, leadTime: 1 }),
    });
    kernel.say("changed", {
      keys: ["k0"],
      progress: { total: 3, done: 0, skipped: 0, exact: true },
    });
    await settled();
    expect(items.value).toEqual(before);
    expect(editor.suggestions.value).toEqual([]);
  });
});

describe("a kernel that does not take it", () => {
  it("keeps both versions when the annotation was changed elsewhere", async () => {
    const editor = await open(kernel);
    kernel.outcome = (change) => {
      kernel.outcome = null;
      return { conflict: { uid: change.annotation, items: [], revision: 3 } };
    };
    choose(editor, "good");
    const { uid } = editor.work.value ?? {};
    await settled();
    expect(editor.notices.value[0]?.text).toContain("both versions are kept");
    expect(editor.work.value?.uid).not.toBe(uid);
    expect(kernel.changes).toHaveLength(1);
    expect(kernel.changes[0]).toMatchObject({ base: 0, action: "edit" });
    expect(kernel.changes[0]?.edits[0]?.after?.value).toEqual({ choices: ["good"] });
    choose(editor, "bad");
    await settled();
    expect(kernel.changes[1]).toMatchObject({ base: 1, annotation: editor.work.value?.uid });
  });

  it("keeps a further one each time that it is changed elsewhere", async () => {
    const annotation = annotationOf("a1");
    kernel.views[0] = viewOf(0, { annotation });
    const editor = await open(kernel);
    kernel.outcome = (change) =>
      change.annotation === "a1" ? { conflict: { ...annotation, revision: 9 } } : null;
    choose(editor, "good");
    await settled();
    kernel.views[0] = viewOf(0, { annotation: { ...annotation, revision: 9 } });
    kernel.say("changed", { keys: ["k0"] });
    await editor.route.goto(1);
    await editor.route.goto(0);
    expect(editor.work.value?.uid).toBe("a1");
    mark(editor, "PER", 0, 3);
    await settled();
    const kept = kernel.changes.map((change) => change.annotation);
    expect(new Set(kept)).toHaveLength(2);
    expect(kernel.changes.map(({ base }) => base)).toEqual([0, 0]);
  });

  it("makes one annotation of what was stale together", async () => {
    const editor = await open(kernel);
    kernel.serving = false;
    choose(editor, "good");
    await editor.route.goto(1); // what is said here waits for the answer to what was said there
    const { uid } = editor.work.value ?? {};
    choose(editor, "bad");
    mark(editor, "PER", 0, 3);
    kernel.outcome = (change) =>
      change.annotation === uid ? { conflict: { uid, items: [], revision: 3 } } : null;
    kernel.serve();
    await settled();
    expect(kernel.changes.map(({ key }) => key)).toEqual(["k0", "k1"]);
    expect(kernel.changes[1]?.edits).toHaveLength(2);
    expect(editor.outbox.unsaved.value).toBe(0);
  });

  it("is shown in its own words, and what it refuses is kept", async () => {
    const editor = await open(kernel);
    kernel.outcome = () => ({ refused: "the disk is full" });
    choose(editor, "good");
    await settled();
    expect(editor.outbox.refused.value).toBe("the disk is full");
    expect(editor.outbox.unsaved.value).toBe(1);
    kernel.outcome = null;
    editor.outbox.retry();
    await settled();
    expect(editor.outbox.unsaved.value).toBe(0);
    expect(kernel.changes).toHaveLength(1);
  });

  it("that is gone loses nothing: the next page sends what was left", async () => {
    const editor = await open(kernel);
    kernel.gone = true;
    choose(editor, "good");
    await settled();
    expect(editor.outbox.unsaved.value).toBe(1);
    editor.dispose();
    editor.wire.dispose();
    const restarted = new Kernel(kernel.views);
    const next = await open(restarted);
    expect(restarted.changes.map(({ key }) => key)).toEqual(["k0"]);
    expect(next.outbox.unsaved.value).toBe(0);
  });
});

describe("two pages that find what a third one left", () => {
  it("make one annotation of what was stale, and of what followed it", async () => {
    const gone = await open(kernel);
    kernel.gone = true;
    choose(gone, "good");
    choose(gone, "bad");
    const { uid } = gone.work.value ?? {};
    await settled();
    gone.dispose();
    gone.wire.dispose();
    kernel.gone = false;
    kernel.outcome = (change) =>
      change.annotation === uid ? { conflict: { uid, items: [], revision: 3 } } : null;
    const pages = await Promise.all([open(kernel), open(kernel)]);
    await settled();
    expect(kernel.changes.map(({ base, edits }) => [base, edits.length])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    const [first, second] = kernel.changes.map(({ annotation }) => annotation);
    expect(first).toBe(second);
    expect(first).not.toBe(uid);
    for (const page of pages) {
      expect(page.outbox.unsaved.value).toBe(0);
      expect(page.notices.value[0]?.text).toContain("both versions are kept");
    }
  });
});

describe("a page that finds what a living one has not sent yet", () => {
  /** Answers as the store does, where `stale` is an annotation that was changed elsewhere. */
  const storing = (stale: string | undefined) => (change: Change) => {
    if (change.annotation === stale)
      return { conflict: { uid: stale, items: [], revision: 3, state: "draft", settled: [] } };
    const made = kernel.changes.filter(({ annotation }) => annotation === change.annotation);
    const again = made.some(({ client, seq }) => client === change.client && seq === change.seq);
    if (again || made.length === change.base) return null;
    const items = apply(
      [],
      made.flatMap(({ edits }) => edits),
    );
    const revision = made.length;
    return { conflict: { uid: change.annotation, items, revision, state: "draft", settled: [] } };
  };
  const content = () => {
    const edits = kernel.changes.flatMap((change) => change.edits);
    return apply([], edits).map(({ result }) => result.value);
  };

  it("makes the same annotation of it, before the living one", async () => {
    const living = await open(kernel);
    kernel.serving = false;
    choose(living, "good");
    mark(living, "PER", 0, 3);
    kernel.outcome = storing(living.work.value?.uid);
    kernel.serving = true;
    await open(kernel);
    const [first] = kernel.changes;
    kernel.serve();
    await settled();
    mark(living, "ORG", 4, 7);
    await settled();
    expect(new Set(kernel.changes.map(({ annotation }) => annotation))).toEqual(
      new Set([first?.annotation]),
    );
    expect(living.work.value?.uid).toBe(first?.annotation);
    expect(content()).toEqual(living.items.value.map(({ result }) => result.value));
    expect(content()).toHaveLength(3);
    expect(living.outbox.unsaved.value).toBe(0);
  });

  it("makes none after it", async () => {
    const living = await open(kernel);
    kernel.serving = false;
    choose(living, "good");
    mark(living, "PER", 0, 3);
    await settled();
    kernel.outcome = storing(living.work.value?.uid);
    const other = new Kernel(kernel.views);
    Object.assign(other, { changes: kernel.changes, outcome: kernel.outcome, serving: false });
    const opening = open(other);
    await settled();
    kernel.serve();
    await settled();
    other.serve();
    const second = await opening;
    await settled();
    expect(kernel.changes.map(({ annotation }) => annotation)).toEqual([living.work.value?.uid]);
    expect(content()).toHaveLength(2);
    expect(second.outbox.unsaved.value).toBe(0);
  });

  it("loses nothing of it to what it says itself", async () => {
    const gone = await open(kernel);
    kernel.gone = true;
    mark(gone, "PER", 0, 3);
    await settled();
    gone.dispose();
    gone.wire.dispose();
    kernel.gone = false;
    const uid = gone.work.value?.uid ?? "";
    kernel.views[0] = viewOf(0, {
      annotation: annotationOf(uid, { revision: 3 }),
    });
    kernel.outcome = () => ({ refused: "the disk is full" });
    const next = await open(kernel);
    choose(next, "good");
    await settled();
    kernel.outcome = storing(uid);
    next.outbox.retry();
    await settled();
    expect(content()).toEqual([
      { start: 0, end: 3, text: "x", labels: ["PER"] },
      { choices: ["good"] },
    ]);
  });
});

describe("hotkeys", () => {
  it("are given in tree order, and a key of its own wins", async () => {
    const own = el("Choices", { name: "c", toName: "text" }, [
      choice("x", { hotkey: "1" }),
      choice("y"),
    ]);
    const editor = await open(kernel, { root: el("View", {}, [text, labels, own]) });
    expect([...hotkeysOf(editor).values()].sort()).toEqual(["1", "2", "3", "4"]);
    expect(hotkeysOf(editor).get(own.children[0]?.id ?? -1)).toBe("1");
  });
});

describe("the number of tasks", () => {
  it("grows with the kernel's, also while answers are not saved", async () => {
    const kernel = new Kernel([viewOf(0), viewOf(1), viewOf(2)]);
    const editor = await open(kernel);
    kernel.serving = false;
    choose(editor, "good");
    await settled();
    kernel.say("changed", { keys: [], progress: { total: 5, done: 0, skipped: 0, exact: true } });
    expect(editor.progress.value.total).toBe(5);
  });

  it("is what one can go to", async () => {
    const kernel = new Kernel([viewOf(0), viewOf(1), viewOf(2)]);
    const editor = await open(kernel);
    await editor.route.goto(3);
    expect(editor.notices.value.at(-1)?.text).toBe("there is no task 4, only 3");
    kernel.views.push(viewOf(3));
    kernel.say("changed", { keys: [], progress: { total: 4, done: 0, skipped: 0, exact: true } });
    await editor.route.goto(3);
    expect(editor.index).toBe(3);
  });
});

import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import { run } from "../../src/state/commands";
import { copyToMine } from "../../src/state/others";
import { reshape, takeLabel } from "../../src/state/regions";
import { acceptAll, acceptAndSubmit, submit } from "../../src/state/submitting";
import { accept } from "../../src/state/suggestions";
import { label, opened, predicted, said, span } from "../editor";
import { annotationOf, el, Kernel } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const root = el("View", {}, [text, ner]);
const suggested = (...ids: string[]) => ids.map((id) => ({ ...span(id, "PER"), score: 0.5 }));
const begun = (results: readonly Result[]) => ({
  annotation: null,
  predictions: [predicted(1, results)],
});

describe("selected suggestions", () => {
  it("are rejected by the key that deletes, and nothing else is said of them", async () => {
    const kernel = new Kernel([]);
    const editor = await opened(root, [], begun(suggested("s1", "s2", "s3")), kernel);
    editor.selection.value = ["s1", "s2"];
    run(editor, "region:delete");
    expect(editor.suggestions.value.map(({ id }) => id)).toEqual(["s3"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(kernel.changes).toHaveLength(1);
    expect(kernel.changes[0]?.edits.every(({ before, after }) => !before && !after)).toBe(true);
    await editor.undo();
    expect(editor.suggestions.value).toHaveLength(3);
  });

  it("go in one gesture with a person's own regions", async () => {
    const { predictions } = begun(suggested("s1"));
    const editor = await opened(root, [span("r1", "LOC")], { predictions });
    editor.selection.value = ["s1", "r1"];
    run(editor, "region:delete");
    expect([...editor.suggestions.value, ...editor.regions.value]).toEqual([]);
    await editor.undo();
    expect([...editor.suggestions.value, ...editor.regions.value]).toHaveLength(2);
  });

  it("are accepted as relabelled or moved, all in one gesture", async () => {
    const editor = await opened(root, [], begun(suggested("s1", "s2")));
    editor.selection.value = ["s1", "s2"];
    takeLabel(editor, ner.children[1] ?? null, ner);
    expect(said(editor).map(({ value, origin }) => [value?.labels, origin])).toEqual([
      [["LOC"], "prediction-changed"],
      [["LOC"], "prediction-changed"],
    ]);
    expect(editor.work.value?.parentPrediction).toBe(1);
    await editor.undo();
    expect(said(editor)).toEqual([]);
    reshape(
      editor,
      editor.suggestions.value.map((region) => ({ region, value: { start: 2, end: 3 } })),
    );
    expect(said(editor).map(({ value }) => value?.start)).toEqual([2, 2]);
    await editor.undo();
    expect(editor.suggestions.value).toHaveLength(2);
  });

  it("are accepted on an image with the size that they lack", async () => {
    const image = el("Image", { name: "image", value: "$image" });
    const boxes = el("RectangleLabels", { name: "boxes", toName: "image" }, [label("car")]);
    const media = { mime: null, url: "x", width: 640, height: 480, levels: 0, problem: null };
    const box: Result = {
      id: "b1",
      from_name: "boxes",
      to_name: "image",
      type: "rectanglelabels",
      value: { x: 1, y: 2, width: 3, height: 4, rotation: 0, rectanglelabels: ["car"] },
    };
    const known = {
      ...box,
      id: "b2",
      original_width: 100,
      original_height: 50,
      image_rotation: 90,
    };
    const editor = await opened(el("View", {}, [image, boxes]), [], {
      ...begun([box, known]),
      media: { [image.id]: [media] },
    });
    acceptAll(editor);
    expect(said(editor)).toMatchObject([
      { original_width: 640, original_height: 480, image_rotation: 0 },
      { original_width: 100, original_height: 50, image_rotation: 90 },
    ]);
  });
});

describe("two predictions", () => {
  const two = {
    annotation: null,
    predictions: [
      predicted(1, suggested("good"), { score: 0.9 }),
      predicted(2, suggested("newer"), { score: 0.4 }),
      predicted(3, suggested("unsure")),
    ],
  };

  it("are suggested one at a time, the better score first", async () => {
    const editor = await opened(root, [], two);
    expect(editor.suggestions.value.map(({ id }) => id)).toEqual(["good"]);
    editor.wanted.value = 2;
    expect(editor.suggestions.value.map(({ id }) => id)).toEqual(["newer"]);
  });

  it("can both be accepted; the key for all takes what is shown", async () => {
    const editor = await opened(root, [], two);
    acceptAll(editor);
    expect(said(editor).map(({ id }) => id)).toEqual(["good"]);
    editor.wanted.value = 3;
    accept(editor, editor.suggested.value);
    expect(said(editor).map(({ id }) => id)).toEqual(["good", "unsure"]);
    expect(editor.work.value?.parentPrediction).toBe(1);
  });

  it("without scores: the newest", async () => {
    const plain = two.predictions.map((each) => ({ ...each, score: null }));
    const editor = await opened(root, [], { annotation: null, predictions: plain });
    expect(editor.prediction.value?.id).toBe(3);
  });
});

describe("copying somebody else's annotation", () => {
  const mood = el("Choices", { name: "mood", toName: "text" });
  const says = (choices: string[], more = {}): Result => ({
    id: `x${choices[0]}`,
    from_name: "mood",
    to_name: "text",
    type: "choices",
    value: { choices },
    ...more,
  });

  it("replaces one's own answer, adds regions, and has no score", async () => {
    const theirs = [says(["bad"], { score: 0.3 }), span("r2", "LOC")];
    const other = annotationOf("b", {
      annotator: "bea",
      items: theirs.map((result, ordinal) => ({ uid: `t${ordinal}`, ordinal, result })),
    });
    const editor = await opened(
      el("View", {}, [text, ner, mood]),
      [says(["good"]), span("r1", "PER")],
      { others: [other] },
    );
    editor.looking.value = "b";
    copyToMine(editor);
    expect(said(editor)).toEqual([span("r1", "PER"), says(["bad"]), span("r2", "LOC")]);
    await editor.undo();
    expect(said(editor)).toEqual([says(["good"]), span("r1", "PER")]);
  });
});

describe("one after the other", () => {
  it("the first is meant where none is selected, and the next is selected then", async () => {
    const editor = await opened(root, [], begun(suggested("s1", "s2", "s3")));
    run(editor, "suggestion:accept");
    expect(editor.selection.value).toEqual(["s2"]);
    run(editor, "suggestion:reject");
    expect(editor.selection.value).toEqual(["s3"]);
    run(editor, "suggestion:accept");
    expect(editor.selection.value).toEqual([]);
    expect(said(editor).map(({ id }) => id)).toEqual(["s1", "s3"]);
    run(editor, "suggestion:accept");
    expect(said(editor)).toHaveLength(2);
  });

  it("leaves alone what is selected and no suggestion", async () => {
    const { predictions } = begun(suggested("s1"));
    const editor = await opened(root, [span("r1", "LOC")], { predictions });
    editor.selection.value = ["r1"];
    run(editor, "suggestion:reject");
    expect(editor.suggestions.value).toHaveLength(1);
    expect(editor.selection.value).toEqual(["r1"]);
  });
});

describe("submitting over suggestions", () => {
  it("tells once for a task how many nobody has looked at", async () => {
    const kernel = new Kernel([]);
    const editor = await opened(root, [], begun(suggested("s1", "s2")), kernel);
    await submit(editor);
    expect(editor.work.value?.state).toBe("draft");
    expect(editor.notices.value[0]?.text).toMatch(/^2 suggestions were not looked at\. /);
    await submit(editor);
    expect(editor.work.value?.state).toBe("submitted");
    expect(said(editor)).toEqual([]);
  });

  it("asks nothing where all are settled", async () => {
    const editor = await opened(root, [], begun(suggested("s1", "s2")));
    run(editor, "suggestion:accept");
    run(editor, "suggestion:reject");
    await submit(editor);
    expect(editor.work.value?.state).toBe("submitted");
  });

  it("accepts them with one key", async () => {
    const editor = await opened(root, [], begun(suggested("s1", "s2")));
    await acceptAndSubmit(editor);
    expect(editor.work.value?.state).toBe("submitted");
    expect(said(editor).map(({ id }) => id)).toEqual(["s1", "s2"]);
  });
});

import { describe, expect, it } from "vitest";
import type { Result } from "../../src/core/types";
import { subjectsNow } from "../../src/state/answers";
import type { Editor } from "../../src/state/editor";
import { canDraw, create, duplicate, remove, takeLabel } from "../../src/state/regions";
import { place as BOX } from "../../src/tags/rectangle";
import { place as SPAN } from "../../src/tags/text";
import { choice, label, opened, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const image = el("Image", { name: "image", valueList: "$images" });
const ner = el("Labels", { name: "ner", toName: "text" }, [label("PER"), label("LOC")]);
const role = el("Labels", { name: "role", toName: "text", choice: "multiple" }, [
  label("subject"),
  label("object"),
]);
const box = el("Rectangle", { name: "box", toName: "image" });
const what = el("Labels", { name: "what", toName: "image" }, [label("car"), label("tree")]);
const boxes = el("RectangleLabels", { name: "boxes", toName: "image" }, [label("roof")]);

const PLACE = { x: 1, y: 2, width: 3, height: 4, rotation: 0 };

const results = (editor: Editor): Result[] => editor.items.value.map(({ result }) => result);
const press = (editor: Editor, control: ReturnType<typeof el>, place = 0) =>
  takeLabel(editor, control.children[place] ?? null, control);

describe("making a region", () => {
  it("writes a plain Rectangle and its Labels as two results of one id", async () => {
    const picture = { mime: null, url: "x", width: 10, height: 5, levels: 0, problem: null };
    const root = el("View", {}, [image, box, what]);
    const editor = await opened(root, [], { media: { [image.id]: [picture] } });
    press(editor, what);
    create(editor, image, BOX, PLACE);
    const [first, second] = results(editor);
    expect(results(editor)).toHaveLength(2);
    expect(first).toMatchObject({ type: "rectangle", from_name: "box", value: PLACE });
    expect(second).toMatchObject({ type: "labels", value: { ...PLACE, labels: ["car"] } });
    expect(second?.id).toBe(first?.id);
    expect(first?.original_width).toBe(10);
    expect(second?.original_width).toBe(10);
    // The label stays chosen: the tool drew, not the label.
    expect(editor.labels.active.value.get("what")).toEqual(["car"]);
  });

  it("draws a plain Rectangle without any label", async () => {
    const editor = await opened(el("View", {}, [image, box, what]));
    expect(canDraw(editor, image, BOX)).toBe(true);
    create(editor, image, BOX, PLACE);
    expect(results(editor).map(({ type }) => type)).toEqual(["rectangle"]);
  });

  it("writes one result a control where several have a label chosen", async () => {
    const editor = await opened(el("View", {}, [text, ner, role]));
    press(editor, ner);
    press(editor, role, 0);
    press(editor, role, 1);
    create(editor, text, SPAN, { start: 0, end: 1, text: "x" });
    expect(results(editor).map(({ value }) => value?.labels)).toEqual([
      ["PER"],
      ["subject", "object"],
    ]);
    expect(new Set(results(editor).map(({ id }) => id)).size).toBe(1);
  });

  it("keeps the label that it was made with, however often that is taken", async () => {
    const editor = await opened(el("View", {}, [image, boxes]));
    for (let n = 0; n < 2; n++) {
      press(editor, boxes);
      create(editor, image, BOX, PLACE);
      expect(editor.labels.active.value.size).toBe(1);
    }
  });

  it("lets go of a label that is taken once, or as Label Studio does", async () => {
    const editor = await opened(el("View", {}, [image, boxes]));
    press(editor, boxes);
    editor.labels.keep(boxes, false);
    create(editor, image, BOX, PLACE);
    expect(editor.labels.active.value.size).toBe(0);
    press(editor, boxes);
    create(editor, image, BOX, PLACE);
    expect(editor.labels.active.value.size).toBe(1); // taken anew, it stays
    editor.settings.value = { ...editor.settings.value, keepLabel: false };
    create(editor, image, BOX, PLACE);
    expect(editor.labels.active.value.size).toBe(0);
  });

  it("draws nothing where a label must be chosen first", async () => {
    const editor = await opened(el("View", {}, [image, boxes]));
    expect(canDraw(editor, image, BOX)).toBe(false);
    create(editor, image, BOX, PLACE);
    expect(results(editor)).toEqual([]);
  });

  it("makes a region without a label where allowEmpty lets it", async () => {
    const empty = el("Labels", { name: "ner", toName: "text", allowEmpty: true }, [label("PER")]);
    const editor = await opened(el("View", {}, [text, empty]));
    takeLabel(editor, null, empty);
    create(editor, text, SPAN, { start: 0, end: 1 });
    expect(results(editor)[0]?.value?.labels).toEqual([]);
  });

  it("begins with the labels that are selected in the config, by their alias", async () => {
    const chosen = el("Labels", { name: "ner", toName: "text" }, [
      label("PER"),
      label("LOC", { selected: true, alias: "place" }),
    ]);
    const editor = await opened(el("View", {}, [text, chosen]));
    expect(editor.labels.active.value.get("ner")).toEqual(["place"]);
  });
});

describe("relabelling", () => {
  const region = (editor: Editor, id = "r1") => {
    editor.selection.value = [id];
  };

  it("exchanges a single label, and keeps the last", async () => {
    const editor = await opened(el("View", {}, [text, ner]), [span("r1", "PER")]);
    region(editor);
    press(editor, ner, 1);
    expect(results(editor)[0]?.value?.labels).toEqual(["LOC"]);
    press(editor, ner, 1);
    expect(results(editor)[0]?.value?.labels).toEqual(["LOC"]);
  });

  it("adds a result for a second control, with the place and nothing of the first", async () => {
    const editor = await opened(el("View", {}, [text, ner, role]), [span("r1", "PER")]);
    region(editor);
    press(editor, role, 1);
    expect(results(editor)[1]).toMatchObject({
      id: "r1",
      from_name: "role",
      type: "labels",
      value: { start: 0, end: 1, text: "x", labels: ["object"] },
    });
    press(editor, role, 1); // the second control's last label takes its result with it
    expect(results(editor)).toHaveLength(1);
  });

  it("changes all selected regions of the object in one gesture", async () => {
    const spans = ["r1", "r2", "r3"].map((id) => span(id, "PER"));
    const editor = await opened(el("View", {}, [text, ner]), spans);
    editor.selection.value = ["r1", "r3"];
    press(editor, ner, 1);
    const labels = () =>
      results(editor).map(({ value }) => (value?.labels as string[] | undefined)?.[0]);
    expect(labels()).toEqual(["LOC", "PER", "LOC"]);
    await editor.undo();
    expect(labels()).toEqual(["PER", "PER", "PER"]);
  });

  it("leaves what is read-only or locked, and regions a label does not fit", async () => {
    const own = { ...span("r2", "roof"), from_name: "boxes", to_name: "text" };
    const editor = await opened(el("View", {}, [text, ner, boxes]), [
      { ...span("r1", "PER"), readonly: true },
      own,
    ]);
    region(editor);
    press(editor, ner, 1);
    editor.locked.value = new Set(["r2"]);
    region(editor, "r2");
    press(editor, ner, 1);
    expect(results(editor)[0]?.value?.labels).toEqual(["PER"]);
    expect(results(editor)).toHaveLength(2);
  });

  it("marks what a model said and a person changed", async () => {
    const editor = await opened(el("View", {}, [text, ner]), [
      { ...span("r1", "PER"), origin: "prediction", score: 0.5 },
    ]);
    region(editor);
    press(editor, ner, 1);
    expect(results(editor)[0]).toMatchObject({ origin: "prediction-changed", score: 0.5 });
  });
});

describe("maxUsages", () => {
  it("counts over all objects, by label before control, and says so", async () => {
    const limited = el("Labels", { name: "ner", toName: "text", maxUsages: 2 }, [
      label("PER", { maxUsages: 1 }),
      label("LOC"),
    ]);
    const editor = await opened(el("View", {}, [text, limited]), [span("r1", "PER")]);
    const make = (place: number) => {
      editor.labels.active.value = new Map();
      press(editor, limited, place);
      create(editor, text, SPAN, { start: 0, end: 1 });
    };
    make(0);
    expect(results(editor)).toHaveLength(1);
    expect(editor.notices.value[0]?.text).toBe("You can't use PER more than 1 time(s)");
    make(1);
    make(1);
    make(1);
    expect(results(editor)).toHaveLength(3);
  });
});

describe("a label that is used as often as it may be", () => {
  it("can be taken off a region", async () => {
    const limited = el("Labels", { name: "ner", toName: "text", choice: "multiple" }, [
      label("PER", { maxUsages: 1 }),
      label("LOC"),
    ]);
    const editor = await opened(el("View", {}, [text, limited]), [span("r1", "PER", "LOC")]);
    editor.selection.value = ["r1"];
    press(editor, limited, 0);
    expect(results(editor)[0]?.value?.labels).toEqual(["LOC"]);
    expect(editor.notices.value).toEqual([]);
  });
});

describe("deleting a region", () => {
  it("takes its relations with it, and moves up what lies inside", async () => {
    const relation = (from_id: string, to_id: string): Result => ({
      type: "relation",
      from_id,
      to_id,
    });
    const all = [
      span("r1", "PER"),
      { ...span("r2", "PER"), parentID: "r1" },
      { ...span("r3", "PER"), parentID: "r2" },
      relation("r1", "r3"),
      relation("r2", "r3"),
    ];
    const editor = await opened(el("View", {}, [text, ner]), all);
    remove(editor, editor.regions.value.slice(1, 2));
    expect(results(editor)).toEqual([all[0], { ...span("r3", "PER"), parentID: "r1" }, all[3]]);
    remove(editor, editor.regions.value.slice(0, 1));
    expect(results(editor)).toEqual([span("r3", "PER")]);
    await editor.undo();
    await editor.undo();
    expect(results(editor)).toEqual(all);
  });

  it("ends where regions lie in each other, as a file may have them", async () => {
    const inside = (id: string, parentID: string) => ({ ...span(id, "PER"), parentID });
    const circle = [inside("a", "b"), inside("b", "a"), inside("c", "a"), inside("d", "d")];
    const editor = await opened(el("View", {}, [text, ner]), [...circle, inside("e", "d")]);
    remove(editor, editor.regions.value.slice(3, 4));
    remove(editor, editor.regions.value.slice(0, 2));
    expect(results(editor)).toEqual([span("c", "PER"), span("e", "PER")]);
  });
});

describe("items of a list", () => {
  const mood = el("Choices", { name: "mood", toName: "image", perItem: true }, [choice("good")]);

  it("are asked one by one by a per-item control", async () => {
    const editor = await opened(el("View", {}, [image, mood]), [
      {
        ...span("x"),
        id: "x",
        from_name: "mood",
        to_name: "image",
        type: "choices",
        value: { choices: ["good"] },
        item_index: 1,
      },
    ]);
    expect(editor.resultOf(mood)).toBeUndefined();
    expect(subjectsNow(editor, mood)).toEqual([{ region: null, item: 0 }]);
    editor.shown.value = new Map([["image", 1]]);
    expect(editor.resultOf(mood)?.result.id).toBe("x");
  });

  it("are nothing to other controls", async () => {
    const whole = el("Choices", { name: "mood", toName: "image" }, [choice("good")]);
    const editor = await opened(el("View", {}, [image, whole]));
    expect(subjectsNow(editor, whole)).toEqual([{ region: null, item: null }]);
  });
});

describe("copies", () => {
  it("get an id of their own and a place a little aside", async () => {
    const editor = await opened(el("View", {}, [image, boxes]), [
      {
        id: "r1",
        from_name: "boxes",
        to_name: "image",
        type: "rectanglelabels",
        value: { ...PLACE, rectanglelabels: ["roof"] },
      },
    ]);
    duplicate(editor, editor.regions.value);
    const copy = results(editor)[1];
    expect(copy).toMatchObject({
      origin: "manual",
      value: { x: 3, y: 4, rectanglelabels: ["roof"] },
    });
    expect(copy?.id).not.toBe("r1");
    expect(editor.selection.value).toEqual([copy?.id]);
  });
});

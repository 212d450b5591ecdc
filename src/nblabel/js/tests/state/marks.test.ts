import { describe, expect, it } from "vitest";
import { marksOf } from "../../src/state/marks";
import { remove, takeLabel } from "../../src/state/regions";
import { label, opened, span } from "../editor";
import { el } from "../kernel";

const text = el("Text", { name: "text", value: "$text" });
const ner = el("Labels", { name: "ner", toName: "text" }, [
  label("PER", { background: "red" }),
  label("LOC"),
]);
const root = el("View", {}, [text, ner]);
const spans = Array.from({ length: 200 }, (_, i) => span(`r${i}`, i % 2 ? "LOC" : "PER"));

/** How many marks are others than before, after something happened. */
async function changed(happens: (editor: Awaited<ReturnType<typeof opened>>) => void) {
  const editor = await opened(root, spans);
  const marks = marksOf(editor, "text");
  const before = marks();
  happens(editor);
  const after = marks();
  return { count: after.filter((mark) => !before.includes(mark)).length, before, after, editor };
}

describe("marksOf", () => {
  it("gives each region its colour, its words and its state", async () => {
    const { after } = await changed((editor) => {
      editor.selection.value = ["r1"];
      editor.hidden.value = new Set(["r0"]);
    });
    expect(after[0]).toMatchObject({ id: "r0", color: "red", label: "PER", hidden: true });
    expect(after[1]).toMatchObject({ id: "r1", label: "LOC", selected: true, locked: false });
  });

  it("keeps all marks the same while nothing changes", async () => {
    expect((await changed(() => {})).count).toBe(0);
  });

  it.each([
    [1, "selection", "r5"],
    [1, "hidden", "r5"],
    [1, "locked", "r5"],
  ] as const)("makes %i new for a new %s", async (count, what, id) => {
    const result = await changed((editor) => {
      if (what === "selection") editor.selection.value = [id];
      else editor[what].value = new Set([id]);
    });
    expect(result.count).toBe(count);
  });

  it("makes one new for a changed result, and none for a deleted one", async () => {
    const relabelled = await changed((editor) => {
      editor.selection.value = ["r5"];
      takeLabel(editor, ner.children[0] ?? null, ner);
      editor.selection.value = [];
    });
    expect(relabelled.count).toBe(1);
    expect(relabelled.after[5]?.label).toBe("PER");
    const deleted = await changed((editor) => {
      remove(editor, editor.regions.value.slice(5, 6));
    });
    expect(deleted.count).toBe(0);
    expect(deleted.after).toHaveLength(199);
  });

  it("says no labels where the person, or the object, does not want them", async () => {
    const words = async (showLabels: boolean | undefined, setting: boolean) => {
      const object = el("Text", {
        name: "text",
        ...(showLabels === undefined ? {} : { showLabels }),
      });
      const editor = await opened(el("View", {}, [object, ner]), spans.slice(0, 1));
      editor.settings.value = { ...editor.settings.value, showLabels: setting };
      return marksOf(editor, "text")()[0]?.label;
    };
    expect(await words(undefined, true)).toBe("PER");
    expect(await words(undefined, false)).toBe("");
    expect(await words(true, false)).toBe("PER");
    expect(await words(false, true)).toBe("");
  });
});

/** An editor with one task on screen, for tests of what follows from its state. */
import "fake-indexeddb/auto";
import { signal } from "@preact/signals-core";
import families, { regions } from "families";
import { vi } from "vitest";
import type { Element, Prediction, Result, TaskView } from "../src/core/types";
import type { Editor } from "../src/state/editor";
import { openEditor } from "../src/state/families";
import { Wire } from "../src/wire/wire";
import { annotationOf, el, Kernel, specOf, viewOf } from "./kernel";

vi.stubGlobal("CSS", { supports: (_: string, color: string) => /^(#|[a-z]+$)/.test(color) });

export async function opened(
  root: Element,
  results: readonly Result[] = [],
  more: Partial<TaskView> = {},
  kernel = new Kernel([]),
): Promise<Editor> {
  globalThis.indexedDB = new IDBFactory();
  const items = results.map((result, ordinal) => ({ uid: `u${ordinal}`, ordinal, result }));
  const annotation = annotationOf("a", { items });
  kernel.views = [viewOf(0, { annotation, ...more })];
  const editor = openEditor(specOf(root), new Wire(kernel), [...families, regions], signal("auto"));
  await editor.start();
  return editor;
}

/** What is said of the task on screen. */
export const said = (editor: Editor): Result[] => editor.items.value.map(({ result }) => result);

export const label = (value: string, more: Record<string, unknown> = {}) =>
  el("Label", { value, ...more });
export const choice = (value: string, more: Record<string, unknown> = {}) =>
  el("Choice", { value, ...more });

/** A span on the Text "text", by the Labels "ner". */
export const span = (id: string, ...labels: string[]): Result => ({
  id,
  from_name: "ner",
  to_name: "text",
  type: "labels",
  value: { start: 0, end: 1, text: "x", labels },
});

export const chosen = (control: string, ...choices: string[]): Result => ({
  id: `${control}-result`,
  from_name: control,
  to_name: "text",
  type: "choices",
  value: { choices },
});

/** A prediction of some results. */
export const predicted = (id: number, results: readonly Result[], more: Partial<Prediction> = {}) =>
  ({ id, results, score: null, modelVersion: `v${id}`, ...more }) satisfies Prediction;

/** An editor with one task on screen, for tests of what follows from its state. */
import "fake-indexeddb/auto";
import { signal } from "@preact/signals-core";
import families from "families";
import { vi } from "vitest";
import type { Element, Result, TaskView } from "../src/core/types";
import type { Editor } from "../src/state/editor";
import { openEditor } from "../src/state/families";
import { Wire } from "../src/wire/wire";
import { annotationOf, el, Kernel, specOf, viewOf } from "./kernel";

vi.stubGlobal("CSS", { supports: (_: string, color: string) => /^(#|[a-z]+$)/.test(color) });

export async function opened(
  root: Element,
  results: readonly Result[] = [],
  more: Partial<TaskView> = {},
): Promise<Editor> {
  globalThis.indexedDB = new IDBFactory();
  const items = results.map((result, ordinal) => ({ uid: `u${ordinal}`, ordinal, result }));
  const annotation = annotationOf("a", { items });
  const kernel = new Kernel([viewOf(0, { annotation, ...more })]);
  const editor = openEditor(specOf(root), new Wire(kernel), families, signal("auto"));
  await editor.start();
  return editor;
}

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

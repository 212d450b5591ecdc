import { apply } from "../core/changes";
import { uuid } from "../core/ids";
import type { Annotation, Edit, Item, State, TaskView } from "../core/types";

/** The annotator's own annotation of one task, as it stands in this browser. */
export interface Work {
  readonly view: TaskView;
  readonly uid: string;
  readonly revision: number;
  readonly state: State;
  readonly pending: boolean;
  readonly items: readonly Item[];
  /** What is chosen from the start (`selected`), sent with the first change. */
  readonly initial: readonly Edit[];
  /** Suggested regions and choices that were accepted, changed or rejected. */
  readonly settled: ReadonlySet<string>;
  readonly parentPrediction: number | string | null;
  /** When the work since the last change began, in ms. */
  readonly since: number;
}

/** What brings work to a state. */
export const ACTION_TO = { draft: "edit", submitted: "submit", skipped: "skip" } as const;

/** The work that a task begins with. */
export function beginWork(view: TaskView, preselected: readonly Edit[], now: number): Work {
  const { annotation } = view;
  const initial = annotation ? [] : preselected;
  return {
    view,
    uid: annotation?.uid ?? uuid(),
    revision: annotation?.revision ?? 0,
    state: annotation?.state ?? "draft",
    pending: annotation?.pending ?? false,
    items: annotation?.items ?? apply([], initial),
    initial,
    settled: new Set(annotation?.settled),
    parentPrediction: annotation?.parentPrediction ?? null,
    since: now,
  };
}

/** What is kept of a task that is no longer on screen: what was said, not what was shown. */
export function leftBehind(work: Work): Work {
  const view = { ...work.view, values: {}, children: {}, media: {}, others: [], predictions: [] };
  return { ...work, view };
}

/** Whether anything has been done on the task. */
export function begun(work: Work): boolean {
  return work.revision > 0 || work.settled.size > 0;
}

/** Whether the annotation counts: what `to_frame` and the export take. */
export function done(annotation: Pick<Annotation, "state"> | null): boolean {
  return annotation?.state === "submitted" || annotation?.state === "skipped";
}

/** Where a new item goes. */
export function nextOrdinal(items: readonly Item[]): number {
  return items.reduce((last, item) => Math.max(last, item.ordinal), -1) + 1;
}

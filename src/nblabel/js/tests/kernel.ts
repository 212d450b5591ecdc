import { inject } from "vitest";
import type {
  Annotation,
  Change,
  Element,
  LoggedGesture,
  Result,
  TaskView,
} from "../src/core/types";
import type { Spec } from "../src/state/tree";
import type { AnyModel } from "../src/wire/model";
import { PROTOCOL } from "../src/wire/wire";

type Hear = (message: unknown, buffers: DataView[]) => void;

let ids = 1000; // beyond those of the examples, which tests put elements beside
export function el(
  tag: string,
  attributes: Record<string, unknown> = {},
  children: Element[] = [],
): Element {
  return { id: ids++, tag, attributes, children };
}

const declared = inject("declared");

/** The tags as Python declares them, with their defaults as far as an example says them. */
const TAGS: Spec["tags"] = Object.assign(
  {},
  ...Object.values(declared.tags).map(({ spec }) => spec?.tags ?? {}),
);

/** A spec as widget/labeler.py sends it. */
export function specOf(root: Element, more: Partial<Spec> = {}): Spec {
  const own = Object.values(declared.tags).map(({ commands }) => commands);
  return {
    version: "test",
    hash: "test",
    families: [],
    protocol: PROTOCOL,
    store: "store",
    storeName: "nblabel.db",
    project: "test",
    annotator: null,
    rows: 3,
    done: 0,
    protocols: [],
    advance: false,
    root,
    tags: TAGS,
    commands: Object.assign({}, declared.commands, ...own),
    problems: [],
    ...more,
  };
}

export function viewOf(index: number, more: Partial<TaskView> = {}): TaskView {
  return {
    index,
    key: `k${index}`,
    digest: `d${index}`,
    values: {},
    children: {},
    media: {},
    annotation: null,
    others: [],
    predictions: [],
    problems: [],
    changed: false,
    ...more,
  };
}

/** A draft of nothing on the first task, as far as it says no more. */
export function annotationOf(uid: string, more: Partial<Annotation> = {}): Annotation {
  return {
    uid,
    key: "k0",
    annotator: null,
    state: "draft",
    pending: true,
    revision: 1,
    items: [],
    settled: [],
    leadTime: null,
    updatedAt: "",
    parentPrediction: null,
    ...more,
  };
}

/** JSON as the kernel sends what hosts need not read. */
export const jsonBuffer = (value: unknown): DataView =>
  new DataView(new TextEncoder().encode(JSON.stringify(value)).buffer);

/** A kernel on the other side of the wire: it keeps what it is sent, and answers when told to. */
export class Kernel implements AnyModel {
  readonly changes: Change[] = [];
  readonly asked: string[] = [];
  /** What a model was asked with. */
  readonly questions: { question: string; index: number; results: Result[] }[] = [];
  views: TaskView[];
  gestures: readonly LoggedGesture[] = [];
  /** While false, changes stay unanswered, as with a busy kernel. */
  serving = true;
  /** While true, sending throws, as with a kernel that is gone. */
  gone = false;
  /** What every change is answered with instead of being applied. */
  outcome: ((change: Change) => unknown) | null = null;
  #hear: Hear[] = [];
  #held: { v: number; id: number; op: string; [field: string]: unknown }[] = [];

  constructor(views: TaskView[]) {
    this.views = views;
  }

  get(): unknown {
    return undefined;
  }

  on(_event: string, listener: (...values: never[]) => void): void {
    this.#hear.push(listener as unknown as Hear);
  }

  off(_event: string, listener: (...values: never[]) => void): void {
    this.#hear = this.#hear.filter((other) => other !== (listener as unknown as Hear));
  }

  say(event: string, content: Record<string, unknown>): void {
    for (const hear of this.#hear) hear({ v: PROTOCOL, event, ...content }, []);
  }

  send(content: unknown): void {
    if (this.gone) throw new Error("the comm is closed");
    const ask = content as { v: number; id: number; op: string };
    this.asked.push(ask.op);
    if (this.serving) queueMicrotask(() => this.#answer(ask));
    else this.#held.push(ask);
  }

  /** Answers everything that was asked while it did not serve. */
  serve(): void {
    this.serving = true;
    for (const ask of this.#held.splice(0)) this.#answer(ask);
  }

  #answer(ask: { id: number; op: string; [field: string]: unknown }): void {
    const ok = this.#ok(ask);
    const tasks = ask.op === "tasks" ? ok : ask.op === "open" ? this.views.slice(0, 1) : null;
    const message = { v: PROTOCOL, re: ask.id, ok: ask.op === "tasks" ? null : ok };
    for (const hear of this.#hear) hear(message, tasks ? [jsonBuffer(tasks)] : []);
  }

  #ok(ask: { op: string; [field: string]: unknown }): unknown {
    switch (ask.op) {
      case "suggest":
        this.questions.push(ask as never);
        return null;
      case "open":
        return {
          index: this.views.length > 0 ? 0 : null,
          filter: "unlabeled",
          progress: { total: this.views.length, done: 0, skipped: 0, exact: true },
          decisions: [],
          gestures: this.gestures,
          model: null,
          prompts: true,
        };
      case "tasks":
        return (ask.indices as number[]).map((index) => this.views[index]);
      case "find": {
        const done = new Set(this.changes.filter((c) => c.action === "submit").map((c) => c.key));
        return this.views
          .filter((view) => view.index >= (ask.from as number))
          .filter((view) => ask.filter === "all" || !done.has(view.key))
          .map((view) => view.index);
      }
      case "changes": {
        const stale = new Map<string, unknown>(); // what follows a stale change is as stale
        return (ask.changes as Change[]).map((change) => {
          const outcome = stale.get(change.annotation) ?? this.outcome?.(change);
          if (outcome) {
            if (Object.hasOwn(outcome, "conflict")) stale.set(change.annotation, outcome);
            return outcome;
          }
          const twice = this.changes.some(
            (other) => other.client === change.client && other.seq === change.seq,
          );
          if (!twice) this.changes.push(change);
          return { applied: change.base + 1 };
        });
      }
      default:
        return null;
    }
  }
}

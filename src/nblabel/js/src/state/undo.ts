import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { applies, inverse, parted } from "../core/changes";
import type { Action, Edit, LoggedGesture, State } from "../core/types";
import { ACTION_TO, type Work } from "./work";

/** One thing a person did, which undo takes back. */
export interface Gesture {
  readonly key: string;
  /** The row it was made on; null where only the kernel knows. */
  readonly index: number | null;
  readonly action: Action;
  /** The annotation's state before it. */
  readonly before: State;
  readonly edits: readonly Edit[];
  readonly settled: readonly string[];
}

export type Direction = "undo" | "redo";

/** What undo asks of whoever made the gestures. */
export interface Actor {
  readonly work: Signal<Work | null>;
  /** Whether a task is on screen. */
  shows(key: string): boolean;
  /** Brings the task of a gesture to the screen; says why where it cannot. */
  bring(gesture: Gesture): Promise<boolean>;
  /** Does a gesture, or what takes it back, to the work on screen. */
  perform(direction: Direction, action: Action, edits: readonly Edit[], gesture: Gesture): void;
  tell(text: string): void;
}

/** How many gestures can be taken back: a notebook is open all day. */
const REMEMBERED = 500;

const BACK = { ...ACTION_TO, draft: "reopen" } as const;

/** What can be taken back, over all tasks of a sitting and of the one before. */
export class Undo {
  readonly possible: Readonly<Record<Direction, ReadonlySignal<boolean>>>;
  readonly #actor: Actor;
  readonly #lists: Readonly<Record<Direction, Signal<readonly Gesture[]>>> = {
    undo: signal([]),
    redo: signal([]),
  };
  #underway = false;

  constructor(actor: Actor) {
    this.#actor = actor;
    const { undo, redo } = this.#lists;
    this.possible = {
      undo: computed(() => undo.value.length > 0),
      redo: computed(() => redo.value.length > 0),
    };
  }

  /** Remembers what was done; what was taken back before is done with. */
  did(gesture: Gesture): void {
    this.#lists.undo.value = [...this.#lists.undo.value, gesture].slice(-REMEMBERED);
    this.#lists.redo.value = [];
  }

  /** Takes over what the log says was done, before anything is done here. */
  restore(log: readonly LoggedGesture[]): void {
    const { undo, redo } = restored(log);
    batch(() => {
      this.#lists.undo.value = [...undo, ...this.#lists.undo.value];
      this.#lists.redo.value = [...redo, ...this.#lists.redo.value];
    });
  }

  /** Takes back the last gesture, or does again the one taken back last, on whatever task. */
  async travel(direction: Direction): Promise<void> {
    const from = this.#lists[direction];
    const to = this.#lists[direction === "undo" ? "redo" : "undo"];
    const gesture = from.value.at(-1);
    if (!gesture || this.#underway) return;
    if (!this.#actor.shows(gesture.key)) {
      this.#underway = true;
      const there = await this.#actor.bring(gesture).finally(() => {
        this.#underway = false;
      });
      if (!there || from.value.at(-1) !== gesture) return;
    }
    const work = this.#actor.work.value;
    if (!work || !this.#actor.shows(gesture.key)) return;
    from.value = from.value.slice(0, -1);
    const edits = direction === "undo" ? inverse(gesture.edits) : gesture.edits;
    if (!applies(work.items, edits)) {
      this.#actor.tell(
        `task ${work.view.index + 1} has changed since; that step is not taken back`,
      );
      return;
    }
    const back = gesture.action === "edit" ? "edit" : BACK[gesture.before];
    batch(() => {
      to.value = [...to.value, gesture];
      this.#actor.perform(direction, direction === "undo" ? back : gesture.action, edits, gesture);
    });
  }
}

/** What can be undone and redone after what a log says. */
export function restored(
  log: readonly LoggedGesture[],
): Readonly<Record<Direction, readonly Gesture[]>> {
  const undo: Gesture[] = [];
  let redo: Gesture[] = [];
  for (const entry of log) {
    if (entry.kind === "undo") {
      redo.push(undo.pop() ?? undone(entry));
      continue;
    }
    if (entry.kind === "redo") redo.pop();
    else redo = [];
    undo.push(gestureOf(entry));
  }
  return { undo, redo };
}

function gestureOf({ key, index, action, stateBefore: before, edits }: LoggedGesture): Gesture {
  const update = action === "submit" && before === "submitted";
  return { key, index, action: update ? "edit" : action, before, ...parted(edits) };
}

/** The gesture that an entry of the log has taken back. */
function undone({ key, index, action, stateBefore, state, edits }: LoggedGesture): Gesture {
  const done = action === "edit" ? "edit" : ACTION_TO[stateBefore];
  return { key, index, action: done, before: state, ...parted(inverse(edits)) };
}

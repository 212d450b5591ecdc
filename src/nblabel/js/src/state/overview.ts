import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Scope } from "../base/scope";
import type { State } from "../core/types";
import type { Wire } from "../wire/wire";

/** How many tasks of a stretch of the rows are submitted, skipped and drafts. */
export type Bin = readonly [submitted: number, skipped: number, drafts: number];

interface Begun {
  readonly done: number;
  readonly skipped: number;
  readonly drafts?: number;
}

/** Stretches of the map; a labeler is seldom so wide that each has more pixels. */
const BINS = 400;
const LOOK_AGAIN_AFTER = 1_000;
const PLACE = { submitted: 0, skipped: 1, draft: 2 } as const;

/** All the tasks at a glance: the map of what is done, and how many tasks each filter finds. */
export class Overview {
  /** Stretches of equal length that are all rows together; empty until the kernel has told. */
  readonly bins: Signal<readonly Bin[]> = signal([]);
  /** What is found by what was said, as the kernel counted when somebody last wanted to know. */
  readonly counts: Signal<readonly (readonly [filter: string, count: number])[]> = signal([]);
  /** Has the map drawn anew in a moment: something happened that this browser did not do. */
  readonly lookAgain: () => void;
  readonly #wire: Wire;
  readonly #progress: ReadonlySignal<{ readonly total: number }>;
  #sifting = false;

  constructor(wire: Wire, progress: ReadonlySignal<{ readonly total: number }>, scope: Scope) {
    this.#wire = wire;
    this.#progress = progress;
    this.lookAgain = scope.later(() => void this.#map(), LOOK_AGAIN_AFTER);
  }

  /** Draws the map; where nothing is done yet the kernel need not be asked. */
  begin({ done, skipped, drafts = 0 }: Begun): void {
    if (done + skipped + drafts > 0) this.lookAgain();
    else
      this.bins.value = Array.from({ length: Math.min(BINS, this.#progress.value.total) }, () => [
        0, 0, 0,
      ]);
  }

  /** The stretch that a row is in. */
  binOf(index: number): number {
    return Math.floor((index * this.bins.value.length) / this.#progress.value.total);
  }

  /** Follows what was done here with a task; null is "nothing yet". */
  changed(index: number, before: State | null, after: State): void {
    const at = this.binOf(index);
    const bin = this.bins.value[at];
    if (!bin || before === after) return;
    const counts: [number, number, number] = [...bin];
    if (before) counts[PLACE[before]] -= 1;
    counts[PLACE[after]] += 1;
    this.bins.value = this.bins.value.with(at, counts);
  }

  /** Counts what each filter finds; a large project is counted a moment at a time. */
  async sift(): Promise<void> {
    if (this.#sifting) return;
    this.#sifting = true;
    try {
      for (let known = false; !known; ) {
        const { ok } = await this.#wire.ask("sift");
        const told = ok as { counts: readonly (readonly [string, number])[]; known: boolean };
        this.counts.value = told.counts;
        known = told.known;
      }
    } catch {
      // what was counted last stays
    } finally {
      this.#sifting = false;
    }
  }

  async #map(): Promise<void> {
    const told = await this.#wire.ask("map", { bins: BINS }).catch(() => null);
    if (Array.isArray(told?.ok)) this.bins.value = told.ok as readonly Bin[];
  }
}

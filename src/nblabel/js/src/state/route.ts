import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { pause } from "../base/scope";
import { words } from "../base/words";
import type { TaskView } from "../core/types";
import { AHEAD, type Filter, type Tasks } from "./tasks";

/** Tasks that are made ready before they are wanted. */
const SOON = 2;
/** Filters that ask only what this annotator did with a task. */
const STATES: ReadonlySet<Filter> = new Set(["all", "unlabeled", "drafts", "labeled", "skipped"]);
/** Ms after which a task that came is on screen, and there is time for the next. */
const ONCE_PAINTED = 30;

/** What a route asks of whoever walks it. */
export interface Walker {
  /** The row on screen; undefined before the first. */
  readonly index: number | undefined;
  /** How many tasks there are, or how many at least. */
  readonly progress: ReadonlySignal<{ readonly total: number }>;
  /** Puts a task on screen. */
  enter(view: TaskView): void;
  /** Whether a task passes a filter by what this browser knows of it. */
  passes(view: TaskView, filter: Filter): boolean;
  /** Makes ready what is shown of a task that comes next. */
  prepare(view: TaskView): void;
  tell(text: string): void;
}

/** The filter that has an order of its own: the least sure come first. */
export const BY_SCORE: Filter = "unsure";

/** The way through the rows: forwards by the filter, backwards as it was gone. */
export class Route {
  /** The row that is on its way to the screen. */
  readonly loading: Signal<number | null> = signal(null);
  /** Whether no further task passes the filter. */
  readonly finished: Signal<boolean> = signal(false);
  readonly filter: Signal<Filter> = signal("unlabeled");
  readonly #tasks: Tasks;
  readonly #walker: Walker;
  #trail: number[] = [];
  /** Rows that the kernel cannot show (a null key, say): told once, then passed over. */
  readonly #unshowable = new Set<number>();
  /** Whether tasks are asked in an order of their own, and not in that of the rows. */
  #ordered = false;
  #ahead: readonly number[] = [];
  #aheadOf: Filter | null = null;

  constructor(tasks: Tasks, walker: Walker) {
    this.#tasks = tasks;
    this.#walker = walker;
  }

  /** Shows a task, at once when it is here already; tells why where it cannot be shown. */
  async show(index: number): Promise<boolean> {
    const here = this.#tasks.peek(index);
    if (here) {
      this.#arrive(here);
      return true;
    }
    this.loading.value = index;
    try {
      const view = await this.#tasks.get(index);
      if (this.loading.value === index) this.#arrive(view);
      return true;
    } catch (error) {
      if (this.loading.value === index) this.loading.value = null;
      this.#unshowable.add(index);
      this.#tell(error);
      return false;
    }
  }

  /** Goes to the next task that passes the filter, or says that there is none. */
  async next(): Promise<void> {
    await this.#goOn(this.#walker.index ?? -1);
  }

  async #goOn(from: number): Promise<void> {
    try {
      for (;;) {
        const index = this.#known(from) ?? (await this.#find(from + 1)) ?? (await this.#around());
        if (index === null || index === from) {
          batch(() => {
            this.loading.value = null;
            this.finished.value = true;
          });
          return;
        }
        if (await this.show(index)) {
          this.#leave(from);
          return;
        }
      }
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Goes back to the task that was on screen before, else to the one before that passes. */
  async previous(): Promise<void> {
    const index = this.#walker.index;
    if (this.finished.value && index !== undefined) {
      this.finished.value = false;
      return;
    }
    try {
      const [before] = await this.#before(index);
      if (before !== undefined) await this.show(before);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #before(index: number | undefined): Promise<readonly number[]> {
    const last = this.#trail.pop();
    if (last !== undefined) return [last];
    if (index === undefined) return [];
    const found = await this.#tasks.find(index - 1, -1, this.filter.value);
    return found.filter((at) => this.#passes(at));
  }

  async goto(index: number): Promise<void> {
    const { total } = this.#walker.progress.value;
    if (!(index >= 0 && index < total)) {
      this.#walker.tell(`there is no task ${index + 1}, only ${total}`);
      return;
    }
    this.#leave(this.#walker.index);
    await this.show(index);
  }

  /** Shows other tasks from now on; the one on screen stays if it passes. */
  async choose(filter: Filter): Promise<void> {
    this.filter.value = filter;
    this.#trail = [];
    const index = this.#walker.index;
    const stays = index !== undefined && !this.finished.value && STATES.has(filter);
    if (stays && this.#passes(index)) void this.#lookAhead(index);
    else await this.#goOn(this.#inOrder ? -1 : (index ?? -1));
  }

  /**
   * Asks in another order, or among more tasks, from now on; the one on screen stays, unless
   * another filter comes. After the last task it goes on with what has come.
   */
  async reorder(ordered: boolean, filter: Filter): Promise<void> {
    this.#ordered = ordered;
    this.#aheadOf = null;
    const index = this.#walker.index;
    if (filter !== this.filter.value || this.finished.value) {
      this.filter.value = filter;
      await this.#goOn(-1);
    } else if (index !== undefined) await this.#lookAhead(index);
  }

  get #inOrder(): boolean {
    return this.#ordered || this.filter.value === BY_SCORE;
  }

  #arrive(view: TaskView): void {
    batch(() => {
      this.loading.value = null;
      this.finished.value = false;
      this.#walker.enter(view);
    });
    void this.#lookAhead(view.index);
  }

  #leave(index: number | undefined): void {
    if (index !== undefined && index >= 0 && this.#trail.at(-1) !== index) this.#trail.push(index);
  }

  /** The next task that was found ahead of need, if what was found still holds. */
  #known(from: number): number | undefined {
    if (this.#aheadOf !== this.filter.value) return undefined;
    return this.#after(from).find((index) => this.#passes(index));
  }

  /** What was found ahead and comes after a task. */
  #after(from: number): readonly number[] {
    if (this.#inOrder) return this.#ahead.slice(this.#ahead.indexOf(from) + 1);
    return this.#ahead.filter((index) => index > from);
  }

  /** The first task from the top, for what was passed over. */
  async #around(): Promise<number | null> {
    return this.filter.value === "all" ? null : await this.#find(0);
  }

  /** The first row from `from` on that passes, also by what the kernel does not know yet. */
  async #find(from: number): Promise<number | null> {
    let at = from;
    for (;;) {
      const found = await this.#tasks.find(at, 1, this.filter.value);
      const passing = found.find((index) => this.#passes(index));
      if (passing !== undefined) return passing;
      const last = found.at(-1);
      if (last === undefined) return null;
      at = last + 1;
    }
  }

  /** Finds and fetches what comes after a row, while somebody looks at that. */
  async #lookAhead(index: number): Promise<void> {
    const filter = this.filter.value;
    const left = this.#after(index).filter((at) => this.#passes(at));
    try {
      if (this.#aheadOf !== filter || left.length < AHEAD / 2) {
        this.#ahead = await this.#tasks.find(index + 1, 1, filter);
        this.#aheadOf = filter;
      } else this.#ahead = left;
      void this.#prepare();
      await this.#tasks.ahead(this.#ahead);
      await this.#prepare();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Has the next tasks made ready that are here already. */
  async #prepare(): Promise<void> {
    await pause(ONCE_PAINTED);
    for (const index of this.#ahead.slice(0, SOON)) {
      const view = this.#tasks.peek(index);
      if (view) this.#walker.prepare(view);
    }
  }

  #passes(index: number): boolean {
    if (this.#unshowable.has(index)) return false;
    const view = this.#tasks.peek(index);
    return !view || this.#walker.passes(view, this.filter.value);
  }

  #tell(error: unknown): void {
    this.#walker.tell(words(error));
  }
}

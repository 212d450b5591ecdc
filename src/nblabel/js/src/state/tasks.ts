import { jsonOf } from "../base/bytes";
import { pause } from "../base/scope";
import type { Media, TaskView } from "../core/types";
import type { Wire } from "../wire/wire";

/** Which tasks are shown: "unlabeled", say, or "label:PER"; project/sifting.py knows them all. */
export type Filter = string;

/** How many tasks are found at a time; half of them are always still ahead. */
export const AHEAD = 40;
const BATCH = 5;
const ATTEMPTS = 5;
const KEPT = 200;
const KEPT_BYTES = 64 << 20;

type SentMedia = Media & { readonly buffer: number | null };

interface Sent extends Omit<TaskView, "media"> {
  /** Ms after which it is asked for anew, where its addresses are not good for ever. */
  readonly expires?: number;
  readonly media: Readonly<Record<number, readonly SentMedia[]>>;
}

/** Fetches tasks, ahead of need, and keeps those that were lately looked at. */
export class Tasks {
  readonly #wire: Wire;
  readonly #views = new Map<number, TaskView>();
  readonly #coming = new Map<number, Promise<void>>();
  /** What will be looked at soon, which is no place to save room. */
  #wanted: ReadonlySet<number> = new Set();
  /** For each ask under way the keys that changed meanwhile: what comes may be older than that. */
  readonly #changed = new Set<Set<string>>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The task, when it is here already. */
  peek(index: number): TaskView | undefined {
    return this.#views.get(index);
  }

  /** Asks for something that comes with tasks, and takes them in; those that are out of date go. */
  async ask(op: string, content: Record<string, unknown> = {}): Promise<unknown> {
    const changed = new Set<string>();
    this.#changed.add(changed);
    try {
      const { ok, buffers } = await this.#wire.ask(op, content);
      const read = buffers[0] ? ((await jsonOf(buffers[0])) as Sent[]) : [];
      const sent = this.#wire.packing?.unpack(read, buffers) ?? read;
      for (const task of sent) {
        if (!changed.has(task.key)) this.#views.set(task.index, received(task, buffers));
        if (task.expires) void pause(task.expires).then(() => this.#views.delete(task.index));
      }
      return ok;
    } finally {
      this.#changed.delete(changed);
    }
  }

  async get(index: number): Promise<TaskView> {
    await this.#fetch([index]).catch(() => undefined);
    // Asked for with others it may be left out; asked for alone the kernel says why. What changed
    // on its way is asked for anew.
    for (let i = 0; i < ATTEMPTS && !this.#views.has(index); i++) await this.#fetch([index]);
    const view = this.#views.get(index);
    if (!view) throw new Error(`task ${index + 1} did not come`);
    this.#views.delete(index); // most recently used last
    this.#views.set(index, view);
    return view;
  }

  /** Rows that pass the filter, from `from` on, forwards or backwards. */
  async find(from: number, step: 1 | -1, filter: Filter, count = AHEAD): Promise<number[]> {
    const { ok } = await this.#wire.ask("find", { from, step, filter, count });
    return ok as number[];
  }

  /** Brings tasks that will be wanted soon; a failure is told when they are. */
  async ahead(indices: readonly number[]): Promise<void> {
    this.#wanted = new Set(indices);
    this.#trim();
    const wanted = indices.filter((index) => !this.#views.has(index));
    for (let i = 0; i < wanted.length; i += BATCH) {
      if (this.#bytes() > KEPT_BYTES) return;
      await this.#fetch(wanted.slice(i, i + BATCH)).catch(() => undefined);
    }
  }

  /** Forgets a task that has changed in the kernel. */
  forget(key: string): void {
    for (const [index, view] of this.#views) if (view.key === key) this.#views.delete(index);
    for (const changed of this.#changed) changed.add(key);
  }

  async #fetch(indices: readonly number[]): Promise<void> {
    const missing = indices.filter((i) => !this.#views.has(i) && !this.#coming.has(i));
    if (missing.length > 0) {
      const coming = this.ask("tasks", { indices: missing }).then(() => this.#trim(missing));
      for (const index of missing)
        this.#coming.set(
          index,
          coming.finally(() => this.#coming.delete(index)),
        );
    }
    await Promise.all(indices.map((index) => this.#coming.get(index)));
  }

  #bytes(): number {
    return sum([...this.#views.values()].map(weight));
  }

  /** Forgets the tasks that were not looked at for longest, where there are too many. */
  #trim(come: readonly number[] = []): void {
    let bytes = this.#bytes();
    for (const [index, view] of this.#views) {
      if (bytes <= KEPT_BYTES && this.#views.size <= KEPT) return;
      if (this.#wanted.has(index) || come.includes(index)) continue;
      this.#views.delete(index);
      bytes -= weight(view);
    }
  }
}

/** About how much room a task takes: its media, the texts it shows, and masks. */
function weight(view: TaskView): number {
  const media = Object.values(view.media)
    .flat()
    .map(({ bytes }) => bytes?.byteLength ?? 0);
  const texts = Object.values(view.values)
    .flatMap((attributes) => Object.values(attributes))
    .map((value) => 2 * lengthOf(value));
  const masks = [view.annotation, ...view.others]
    .flatMap((annotation) => annotation?.items.map(({ result }) => result) ?? [])
    .concat(view.predictions.flatMap(({ results }) => results))
    .map(({ value }) => lengthOf(value?.rle) + 2 * lengthOf(value?.imageDataURL));
  return sum([...media, ...texts, ...masks]);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);

const lengthOf = (given: unknown): number => (given as { length?: number } | null)?.length ?? 0;

function received(sent: Sent, buffers: readonly DataView[]): TaskView {
  const withBytes = ({ buffer, ...rest }: SentMedia): Media => {
    const bytes = buffers[buffer ?? -1];
    return bytes ? { ...rest, bytes } : rest;
  };
  const media = Object.entries(sent.media).map(([id, list]) => [id, list.map(withBytes)]);
  return { ...sent, media: Object.fromEntries(media) };
}

import { type Signal, signal } from "@preact/signals-core";
import { inTime, Scope } from "../base/scope";
import { words } from "../base/words";
import type { Annotation, Change, Edit } from "../core/types";
import type { Wire } from "./wire";

/** Where a change belongs; only a labeler of the same three sends it. */
export interface Address {
  readonly store: string;
  readonly project: string;
  readonly annotator: string;
}

export type Outcome = { readonly applied: number } | { readonly conflict: Annotation };

interface Kept {
  readonly address: string;
  readonly client: string;
  readonly seq: number;
  readonly at: string;
  readonly change: Change;
}

const BATCH_BYTES = 1 << 20;
/** Changes that a kernel writes in about a second: it has other work, too. */
const BATCH_CHANGES = 200;
/** More in one message makes Jupyter's server close the socket: it takes 10 MiB. */
const MOST_BYTES = 9 << 20;
const RETRY_AFTER = 10_000;
/** Ms that the browser's database may take; some never answer. */
const PATIENCE = 3_000;
const SILENT = "the browser's database does not answer";

const idOf = ({ client, seq }: Change) => `${client} ${seq}`;

/**
 * Keeps every change until the kernel says that it is on disk. What is not acknowledged survives
 * a reload and a kernel restart in IndexedDB (masks outgrow localStorage) and is sent again.
 */
export class Outbox {
  /** How many changes are not acknowledged. */
  readonly unsaved: Signal<number> = signal(0);
  /** Why the kernel refuses what is waiting, in its own words; null while all is well. */
  readonly refused: Signal<string | null> = signal(null);
  /** Why changes cannot outlive the page here; null where they can. */
  readonly volatile: Signal<string | null> = signal(null);
  readonly #wire: Wire;
  readonly #address: string;
  readonly #settle: (change: Change, outcome: Outcome) => void;
  readonly #scope = new Scope();
  /** What is not acknowledged, oldest first, by client and number. */
  #waiting = new Map<string, Change>();
  /** Annotations of which the kernel has refused a change: what follows it waits with it. */
  readonly #held = new Set<string>();
  #sending = false;
  #base: IDBDatabase | null = null;

  constructor(wire: Wire, address: Address, settle: (change: Change, outcome: Outcome) => void) {
    this.#wire = wire;
    this.#address = JSON.stringify([address.store, address.project, address.annotator]);
    this.#settle = settle;
    this.#scope.interval(() => this.refused.value !== null && this.retry(), RETRY_AFTER);
    this.#scope.add(() => this.#base?.close());
  }

  /** Opens the database and sends what an earlier page or kernel left behind; gives that. */
  async open(): Promise<readonly Change[]> {
    const left: Change[] = [];
    const opening = openDatabase();
    try {
      const base = await inTime(opening, PATIENCE, SILENT);
      const kept = await inTime(keptIn(base, this.#address), PATIENCE, SILENT);
      this.#base = base;
      kept.sort((a, b) => a.at.localeCompare(b.at) || a.seq - b.seq);
      left.push(...kept.map((entry) => entry.change));
      this.#waiting = new Map([...left, ...this.waiting].map((change) => [idOf(change), change]));
    } catch (error) {
      opening.then((late) => late.close()).catch(() => undefined);
      this.volatile.value = `this page cannot keep unsaved work over a reload (${words(error)})`;
    }
    this.#count();
    await this.flush();
    return left;
  }

  /** Edits in as many lots as there must be messages for them: those of masks may be large. */
  lots(edits: readonly Edit[]): readonly (readonly Edit[])[] {
    const { packing } = this.#wire;
    if (!packing || packing.weigh({ edits }) <= MOST_BYTES) return [edits];
    const lots: Edit[][] = [];
    let room = 0;
    for (const edit of edits) {
      const bytes = packing.weigh({ edits: [edit] });
      if (bytes > room) {
        lots.push([]);
        room = MOST_BYTES;
      }
      lots.at(-1)?.push(edit);
      room -= bytes;
    }
    return lots;
  }

  /** Keeps a change and sends it on. */
  put(change: Change): void {
    this.#waiting.set(idOf(change), change);
    this.#count();
    const { client, seq, at } = change;
    this.#write((kept) => kept.put({ address: this.#address, client, seq, at, change }));
    void this.flush();
  }

  /** Changes that are waiting, oldest first. */
  get waiting(): readonly Change[] {
    return [...this.#waiting.values()];
  }

  /** Sends what is waiting, in order, one batch at a time. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let changes = this.#batch(); changes.length > 0; changes = this.#batch()) {
        const { ok } = await this.#wire.ask("changes", { changes });
        this.#accept(changes, ok as readonly (Outcome | { readonly refused: string })[]);
      }
    } catch (error) {
      this.refused.value = words(error);
    } finally {
      this.#sending = false;
    }
  }

  /** Takes back waiting changes that another one, which was put before, has in it. */
  drop(changes: readonly Change[]): void {
    for (const change of changes) this.#forget(change);
    this.#count();
  }

  /** Tries again after a refusal. */
  retry(): void {
    this.refused.value = null;
    this.#held.clear();
    void this.flush();
  }

  close(): void {
    this.#scope.dispose();
  }

  #batch(): Change[] {
    const batch: Change[] = [];
    let bytes = 0;
    for (const change of this.#waiting.values()) {
      if (this.#held.has(change.annotation)) continue;
      const own = this.#wire.packing?.weigh(change) ?? JSON.stringify(change).length;
      if (this.#wire.packing && own > MOST_BYTES) {
        this.#held.add(change.annotation);
        this.refused.value = `a mask of ${Math.ceil(own / 2 ** 20)} MB, with what it was before, is more than a notebook's server takes in one message: it stays unsaved`;
        continue;
      }
      bytes += own;
      if (batch.length === BATCH_CHANGES || (bytes > BATCH_BYTES && batch.length > 0)) break;
      batch.push(change);
    }
    return batch;
  }

  #accept(changes: Change[], outcomes: readonly (Outcome | { readonly refused: string })[]): void {
    for (const [i, change] of changes.entries()) {
      if (!this.#waiting.has(idOf(change))) continue; // settling an earlier one has dropped it
      if (this.#held.has(change.annotation)) continue; // it was made on one that is refused
      const outcome = outcomes[i];
      if (!outcome || "refused" in outcome) {
        this.refused.value = outcome?.refused ?? "the kernel did not answer for every change";
        this.#held.add(change.annotation);
        continue;
      }
      this.#settle(change, outcome); // may put others in its place: they are kept before it goes
      this.#forget(change);
    }
    this.#count();
  }

  #forget(change: Change): void {
    this.#waiting.delete(idOf(change));
    this.#write((kept) => kept.delete([this.#address, change.client, change.seq]));
  }

  #count(): void {
    this.unsaved.value = this.#waiting.size;
  }

  #write(run: (kept: IDBObjectStore) => IDBRequest): void {
    if (!this.#base) return;
    try {
      const transaction = this.#base.transaction("changes", "readwrite", { durability: "strict" });
      run(transaction.objectStore("changes"));
      transaction.commit(); // at once: the page may go away within this very task
      transaction.onabort = () => {
        this.volatile.value = `unsaved work cannot be kept over a reload (${words(transaction.error)})`;
      };
    } catch (error) {
      this.volatile.value = `unsaved work cannot be kept over a reload (${words(error)})`;
    }
  }
}

function keptIn(base: IDBDatabase, address: string): Promise<Kept[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Kept[]>();
  const range = IDBKeyRange.bound([address], [address, []]);
  const request = base.transaction("changes").objectStore("changes").getAll(range);
  request.onsuccess = () => resolve(request.result as Kept[]);
  request.onerror = () => reject(request.error);
  return promise;
}

async function openDatabase(): Promise<IDBDatabase> {
  const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase>();
  const request = indexedDB.open("nblabel", 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore("changes", { keyPath: ["address", "client", "seq"] });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  request.onblocked = () => reject(new Error("another page holds an older database"));
  return promise;
}

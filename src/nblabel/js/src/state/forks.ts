import { apply, between, settling } from "../core/changes";
import { uuidFrom } from "../core/ids";
import type { Action, Annotation, Change, Edit, Kind, TaskView } from "../core/types";
import type { Outbox } from "../wire/outbox";
import { ACTION_TO, type Work } from "./work";

/** What a change needs to know of the work it was made on. */
export type Basis = Pick<Work, "uid" | "revision" | "items" | "parentPrediction" | "since"> & {
  readonly view: Pick<TaskView, "key" | "digest"> & { readonly index: number | null };
};

/** Sends a change; `by` says whose number it has, where it is another page's. */
export type Send = (
  work: Basis,
  action: Action,
  edits: readonly Edit[],
  kind?: Kind,
  by?: { readonly client: string; readonly seq: number },
) => void;

/** What there is of an annotation before mine goes on as it. */
type From = Pick<Annotation, "uid" | "revision" | "state" | "items" | "settled">;

/**
 * What stale changes become: annotations of their own, so that both versions are kept. Every page
 * that finds the same stale change makes the same annotation of it.
 */
export class Forks {
  readonly #outbox: Outbox;
  readonly #send: Send;
  /** What stale annotations went on as, by the page that had changed them and their uid. */
  readonly #made = new Map<string, Basis>();

  constructor(outbox: Outbox, send: Send) {
    this.#outbox = outbox;
    this.#send = send;
  }

  /** The work that mine goes on as; what waited for the old annotation is in it. */
  goOn(work: Work, change: Change, there: Annotation): Work {
    // Where another page found what this one had sent, it has made that annotation already.
    const from: From = this.#begins(change)
      ? there
      : { uid: forkOf(change), revision: 0, state: "draft", items: [], settled: [] };
    const edits = [
      ...between(from.items, work.items),
      ...[...work.settled].filter((id) => !from.settled.includes(id)).map(settling),
    ];
    const fork: Work = { ...work, uid: from.uid, revision: from.revision, initial: [] };
    this.#made.set(originOf(change), fork);
    const held = this.#madeWith(change);
    const says = edits.length > 0 || from.state !== work.state;
    if (says) this.#send(fork, ACTION_TO[work.state], edits);
    this.#outbox.drop(held);
    return { ...fork, revision: from.revision + Number(says) };
  }

  /** Puts what an earlier page left on top of what is there now. */
  bringAlong(change: Change, there: Annotation): void {
    if (this.#begins(change)) {
      // The page that made it lives, and was first: there is all of it.
      this.#outbox.drop(this.#madeWith(change));
      return;
    }
    const origin = originOf(change);
    const fork = this.#made.get(origin) ?? {
      view: { index: change.index, key: change.key, digest: change.digest },
      uid: forkOf(change),
      revision: 0,
      items: there.items,
      parentPrediction: change.parentPrediction,
      since: Date.now(),
    };
    const items = apply(fork.items, change.edits);
    const edits = fork.revision === 0 ? between([], items) : change.edits;
    const by = { client: uuidFrom(change.client), seq: change.seq };
    this.#send(fork, change.action, edits, "gesture", by);
    this.#made.set(origin, { ...fork, items, revision: fork.revision + 1 });
  }

  /** Whether a change begins an annotation that was made here of a stale one. */
  #begins({ base, annotation }: Change): boolean {
    return base === 0 && [...this.#made.values()].some(({ uid }) => uid === annotation);
  }

  /** What the same page made on the same annotation, and waits. */
  #madeWith({ client, annotation }: Change): Change[] {
    return this.#outbox.waiting.filter(
      (at) => at.client === client && at.annotation === annotation,
    );
  }
}

const originOf = ({ client, annotation }: Change): string => `${client} ${annotation}`;

/** What the annotation of the first stale change goes on as. */
const forkOf = (change: Change): string => uuidFrom(`${originOf(change)} ${change.seq}`);

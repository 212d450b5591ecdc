import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Change } from "../../src/core/types";
import { Outbox, type Outcome } from "../../src/wire/outbox";
import type { Wire } from "../../src/wire/wire";

const ADDRESS = { store: "store", project: "project", annotator: "me" };
const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

function change(seq: number, more: Partial<Change> = {}): Change {
  return {
    key: `k${seq}`,
    index: null,
    annotation: "a",
    base: seq - 1,
    client: "c",
    seq,
    at: new Date(1_700_000_000_000 + seq).toISOString(),
    action: "edit",
    kind: "gesture",
    edits: [],
    leadTime: 1,
    digest: "d",
    parentPrediction: null,
    ...more,
  };
}

/** The kernel's side: batches as they come, answered as long as it serves. */
class Kernel {
  readonly batches: Change[][] = [];
  serving = true;
  outcome: (change: Change) => unknown = (sent) => ({ applied: sent.base + 1 });
  ask = async (_op: string, content: { changes: Change[] }) => {
    if (!this.serving) return new Promise<never>(() => {});
    this.batches.push(content.changes);
    return { ok: content.changes.map(this.outcome), buffers: [] };
  };
  get seqs(): number[] {
    return this.batches.flat().map(({ seq }) => seq);
  }
}

let kernel: Kernel;
let outcomes: [number, Outcome][];
const opened: Outbox[] = [];

function outboxOf(to: Kernel, address = ADDRESS): Outbox {
  const outbox = new Outbox(to as unknown as Wire, address, ({ seq }, outcome) =>
    outcomes.push([seq, outcome]),
  );
  opened.push(outbox);
  return outbox;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  kernel = new Kernel();
  outcomes = [];
});
afterEach(() => {
  for (const outbox of opened.splice(0)) outbox.close();
  vi.unstubAllGlobals();
});

describe("sending", () => {
  it("sends in order, once, and tells each outcome", async () => {
    const outbox = outboxOf(kernel);
    await outbox.open();
    for (const seq of [1, 2, 3]) outbox.put(change(seq));
    expect(outbox.unsaved.value).toBe(3);
    await settled();
    expect(kernel.seqs).toEqual([1, 2, 3]);
    expect(outcomes).toEqual([1, 2, 3].map((seq) => [seq, { applied: seq }]));
    expect(outbox.unsaved.value).toBe(0);
  });

  it("makes batches that a kernel is soon done with", async () => {
    const outbox = outboxOf(kernel);
    kernel.serving = false;
    await outbox.open();
    for (let seq = 1; seq <= 450; seq++) outbox.put(change(seq));
    expect(outbox.unsaved.value).toBe(450);
    kernel.serving = true;
    const next = outboxOf(kernel);
    await next.open();
    await settled();
    expect(kernel.batches.map((batch) => batch.length)).toEqual([200, 200, 50]);
    expect(kernel.seqs).toEqual([...Array(450).keys()].map((n) => n + 1));
    expect(next.unsaved.value).toBe(0);
  });

  it("cuts edits into lots that a message has room for", () => {
    const weigh = (held: object) =>
      (held as { edits: { ordinal: number }[] }).edits.reduce((sum, at) => sum + at.ordinal, 0);
    const outbox = outboxOf({ packing: { weigh } } as unknown as Kernel);
    const edits = [4, 4, 4, 12, 1].map((mb, i) => ({
      uid: `${i}`,
      ordinal: mb << 20,
      before: null,
      after: null,
    }));
    const sizes = (given: typeof edits) => outbox.lots(given).map((lot) => lot.length);
    expect(sizes(edits)).toEqual([2, 1, 1, 1]);
    expect(sizes(edits.slice(0, 2))).toEqual([2]);
    expect(outbox.lots([])).toEqual([[]]);
  });

  it("says which change no message has room for, and sends the others", async () => {
    const weigh = (held: object) => ("seq" in held && held.seq === 1 ? 10 << 20 : 1);
    const outbox = outboxOf(Object.assign(kernel, { packing: { weigh } }));
    await outbox.open();
    outbox.put(change(1));
    outbox.put(change(2, { annotation: "b" }));
    await settled();
    expect(kernel.seqs).toEqual([2]);
    expect(outbox.refused.value).toMatch(/a mask of 10 MB, .* stays unsaved/);
  });

  it("makes batches below a megabyte; one change may be larger", async () => {
    const large = (bytes: number) => ({ digest: "x".repeat(bytes) });
    const { ask } = kernel;
    kernel.ask = async (op, content) => {
      await settled(); // a kernel slow enough that changes pile up behind the first
      return ask(op, content);
    };
    const outbox = outboxOf(kernel);
    await outbox.open();
    outbox.put(change(1));
    outbox.put(change(2, large(600_000)));
    outbox.put(change(3, large(400_000)));
    outbox.put(change(4, large(3_000_000)));
    outbox.put(change(5));
    await vi.waitFor(() => expect(outbox.unsaved.value).toBe(0));
    const batches = kernel.batches.map((batch) => batch.map(({ seq }) => seq));
    expect(batches).toEqual([[1], [2, 3], [4], [5]]);
  });

  it("holds back an annotation of which a change is refused, and goes on with the others", async () => {
    const outbox = outboxOf(kernel);
    await outbox.open();
    kernel.outcome = ({ seq }) => (seq === 1 ? { refused: "it is locked" } : { applied: seq });
    for (const [seq, annotation] of [
      [1, "a"],
      [2, "b"],
      [3, "a"],
      [4, "b"],
    ] as const)
      outbox.put(change(seq, { annotation }));
    await settled();
    expect(outbox.waiting.map(({ seq }) => seq)).toEqual([1, 3]);
    outbox.put(change(5, { annotation: "c" }));
    await settled();
    expect(outbox.waiting.map(({ seq }) => seq)).toEqual([1, 3]);
    expect(outbox.refused.value).toBe("it is locked");
  });

  it("tries again by itself", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const outbox = outboxOf(kernel);
    await outbox.open();
    kernel.outcome = () => ({ refused: "the disk is full" });
    outbox.put(change(1));
    await settled();
    expect(outbox.unsaved.value).toBe(1);
    kernel.outcome = ({ seq }) => ({ applied: seq });
    vi.advanceTimersByTime(10_000);
    await settled();
    expect(outbox.unsaved.value).toBe(0);
    vi.useRealTimers();
  });

  it("stops at what the kernel refuses, says why, and goes on when told to", async () => {
    const outbox = outboxOf(kernel);
    await outbox.open();
    kernel.outcome = ({ seq }) => (seq === 2 ? { refused: "the disk is full" } : { applied: seq });
    for (const seq of [1, 2, 3]) outbox.put(change(seq));
    await settled();
    expect(outbox.refused.value).toBe("the disk is full");
    expect(outbox.waiting.map(({ seq }) => seq)).toEqual([2, 3]);
    kernel.outcome = ({ seq }) => ({ applied: seq });
    outbox.retry();
    await settled();
    expect(outbox.refused.value).toBeNull();
    expect(outbox.unsaved.value).toBe(0);
  });

  it("hands a conflict on", async () => {
    const outbox = outboxOf(kernel);
    await outbox.open();
    kernel.outcome = () => ({ conflict: { uid: "a" } });
    outbox.put(change(1));
    await settled();
    expect(outcomes).toEqual([[1, { conflict: { uid: "a" } }]]);
  });
});

describe("surviving", () => {
  it("keeps what comes in a stale change's place before that goes", async () => {
    const done: string[] = [];
    for (const name of ["put", "delete"] as const) {
      const own = IDBObjectStore.prototype[name] as (...values: unknown[]) => IDBRequest;
      vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(function (
        this: IDBObjectStore,
        ...values: unknown[]
      ) {
        done.push(name);
        return own.apply(this, values) as never;
      });
    }
    kernel.outcome = ({ seq, base }) => (seq === 1 ? { conflict: {} } : { applied: base + 1 });
    const outbox = new Outbox(kernel as unknown as Wire, ADDRESS, (_, outcome) => {
      if ("conflict" in outcome) outbox.put(change(2, { annotation: "b", base: 0 }));
    });
    opened.push(outbox);
    await outbox.open();
    outbox.put(change(1));
    await settled();
    expect(done).toEqual(["put", "put", "delete", "delete"]);
    expect(kernel.seqs).toEqual([1, 2]);
    expect(outbox.unsaved.value).toBe(0);
    vi.restoreAllMocks();
  });

  it("sends after a reload what was not acknowledged, before what is new, and only once", async () => {
    kernel.serving = false;
    const before = outboxOf(kernel);
    await before.open();
    for (const seq of [1, 2]) before.put(change(seq));
    await settled();
    before.close();

    const reloaded = new Kernel();
    const after = outboxOf(reloaded);
    after.put(change(9, { client: "later" }));
    await after.open();
    await settled();
    expect(reloaded.seqs.filter((seq) => seq !== 9)).toEqual([1, 2]);
    after.close();

    const third = new Kernel();
    await outboxOf(third).open();
    await settled();
    expect(third.seqs).toEqual([]);
  });

  it("belongs to a store, a project and an annotator", async () => {
    kernel.serving = false;
    const before = outboxOf(kernel);
    await before.open();
    before.put(change(1));
    await settled();
    for (const other of [{ store: "s" }, { project: "p" }, { annotator: "she" }]) {
      const elsewhere = new Kernel();
      await outboxOf(elsewhere, { ...ADDRESS, ...other }).open();
      await settled();
      expect(elsewhere.seqs).toEqual([]);
    }
  });

  it("forgets what is dropped", async () => {
    kernel.serving = false;
    const before = outboxOf(kernel);
    await before.open();
    for (const seq of [1, 2]) before.put(change(seq));
    before.drop([change(1)]);
    expect(before.unsaved.value).toBe(1);
    await settled();
    const reloaded = new Kernel();
    await outboxOf(reloaded).open();
    await settled();
    expect(reloaded.seqs).toEqual([2]);
  });

  it("goes on without a database that never answers, and lets go of it where it does at last", async () => {
    vi.useFakeTimers();
    const request = {} as { result: unknown; onsuccess(): void };
    globalThis.indexedDB = { open: () => request } as unknown as IDBFactory;
    const outbox = outboxOf(kernel);
    const opening = outbox.open();
    outbox.put(change(1));
    await vi.advanceTimersByTimeAsync(4_000);
    await opening;
    vi.useRealTimers();
    expect(outbox.volatile.value).toContain("the browser's database does not answer");
    expect(kernel.seqs).toEqual([1]);
    const close = vi.fn();
    request.result = { close };
    request.onsuccess();
    await settled();
    expect(close).toHaveBeenCalledOnce();
  });

  it("works without a database, and says that a reload would cost the work", async () => {
    vi.stubGlobal("indexedDB", {
      open() {
        throw new Error("storage is off");
      },
    });
    const outbox = outboxOf(kernel);
    await outbox.open();
    expect(outbox.volatile.value).toContain("storage is off");
    outbox.put(change(1));
    await settled();
    expect(kernel.seqs).toEqual([1]);
  });
});

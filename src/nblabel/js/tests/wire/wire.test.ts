import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AnyModel, RawModel } from "../../src/wire/model";
import { PROTOCOL, Wire } from "../../src/wire/wire";

type Hear = (message: unknown, buffers: DataView[]) => void;
interface Sent {
  readonly v: number;
  readonly id: number;
  readonly op: string;
}

/** An ask that nobody waits for. */
const ask = () => void wire.ask("one").catch(() => undefined);

/** The host's model: what the editor sends is kept, and what the kernel says is put in by hand. */
class Host implements AnyModel {
  readonly sent: Sent[] = [];
  broken = false;
  /** What a host that tells later answers. */
  later: (() => Promise<unknown>) | null = null;
  raw: (RawModel & { tell(): void }) | null = null;
  readonly #hear = new Set<Hear>();

  readonly widget_manager = { get_model: async () => this.raw as RawModel };
  get = () => undefined;
  on(_event: string, listener: (...values: never[]) => void): void {
    this.#hear.add(listener as unknown as Hear);
  }
  off(_event: string, listener: (...values: never[]) => void): void {
    this.#hear.delete(listener as unknown as Hear);
  }
  send(content: unknown): unknown {
    if (this.broken) throw new Error("closed");
    this.sent.push(content as Sent);
    return this.later?.();
  }
  say(message: Record<string, unknown>, buffers: DataView[] = []): void {
    for (const hear of this.#hear) hear({ v: PROTOCOL, ...message }, buffers);
  }
  get listeners(): number {
    return this.#hear.size;
  }
}

let host: Host;
let wire: Wire;
let health: string[];
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  host = new Host();
  wire = new Wire(host);
  health = [];
  wire.onHealth((now) => health.push(now));
});
afterEach(() => {
  wire.dispose();
  vi.useRealTimers();
});

describe("asking", () => {
  it("ends with the answer that names it, buffers and all", async () => {
    const one = wire.ask("one", { a: 1 });
    const two = wire.ask("two");
    expect(host.sent).toMatchObject([
      { v: PROTOCOL, id: 1, op: "one", a: 1 },
      { v: PROTOCOL, id: 2, op: "two" },
    ]);
    const buffer = new DataView(new ArrayBuffer(2));
    host.say({ re: 2, ok: "second" }, [buffer]);
    host.say({ re: 1, ok: "first" });
    await expect(one).resolves.toEqual({ ok: "first", buffers: [] });
    await expect(two).resolves.toEqual({ ok: "second", buffers: [buffer] });
  });

  it("takes buffers as any view, or none at all", async () => {
    const bytes = new Uint8Array([9, 1, 2, 9]);
    const kinds = [
      new Uint8Array([1, 2]),
      new Uint8Array([1, 2]).buffer,
      bytes.subarray(1, 3),
      new DataView(bytes.buffer, 1, 2),
      new Int16Array(new Uint8Array([1, 2]).buffer),
      Buffer.from([1, 2]),
    ];
    const one = wire.ask("one");
    host.say({ re: 1, ok: null }, kinds as never);
    const { buffers } = await one;
    expect(buffers.map((view) => [view.byteLength, view.getUint8(0), view.getUint8(1)])).toEqual(
      kinds.map(() => [2, 1, 2]),
    );
    const two = wire.ask("two");
    host.say({ re: 2, ok: null }, null as never);
    await expect(two).resolves.toEqual({ ok: null, buffers: [] });
  });

  it("fails with the kernel's own sentence", async () => {
    const asked = wire.ask("one");
    host.say({ re: 1, error: "there is no row 7" });
    await expect(asked).rejects.toThrow("there is no row 7");
  });

  it("asks with small pings, ever less often, whether what is not answered was lost", async () => {
    const asked = wire.ask("one");
    vi.advanceTimersByTime(60_000);
    const pings = host.sent.filter(({ op }) => op === "ping");
    expect(host.sent).toHaveLength(1 + pings.length); // a busy kernel has it once
    expect(pings.length).toBeGreaterThan(4);
    expect(pings.length).toBeLessThan(10);
    host.say({ re: 1, ok: "late" });
    host.say({ re: 1, ok: "twice" });
    await expect(asked).resolves.toMatchObject({ ok: "late" });
    const sent = host.sent.length;
    vi.advanceTimersByTime(120_000);
    expect(host.sent).toHaveLength(sent);
  });

  it("sends again what a later message has overtaken, and only that", async () => {
    const lost = wire.ask("one");
    const late = wire.ask("two");
    vi.advanceTimersByTime(2_500);
    const later = wire.ask("three");
    const ping = host.sent.find(({ op }) => op === "ping");
    host.say({ re: ping?.id, ok: null });
    expect(host.sent.map(({ op }) => op)).toEqual(["one", "two", "ping", "three", "one", "two"]);
    host.say({ re: 4, ok: "third" });
    await expect(later).resolves.toMatchObject({ ok: "third" });
    expect(host.sent).toHaveLength(6); // both went out after it
    host.say({ re: 1, ok: "first" });
    host.say({ re: 2, ok: "second" });
    await expect(lost).resolves.toMatchObject({ ok: "first" });
    await expect(late).resolves.toMatchObject({ ok: "second" });
  });

  it("fails when the widget goes away, and leaves nothing behind", async () => {
    const asked = wire.ask("one");
    wire.dispose();
    await expect(asked).rejects.toThrow("the widget was closed");
    expect(host.listeners).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("two wires of one comm", () => {
  it("take no answer for their own that was the other's", () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    const other = new Wire(host);
    ask();
    void other.ask("two").catch(() => undefined);
    const [one, two] = host.sent.map(({ id }) => id);
    expect(one).not.toBe(two);
    other.dispose();
  });
});

describe("events", () => {
  it("reach those who listen for them", () => {
    const heard: unknown[] = [];
    wire.on("progress", (content) => heard.push(content));
    host.say({ event: "progress", done: 3 });
    host.say({ event: "other" });
    expect(heard).toMatchObject([{ done: 3 }]);
  });
});

describe("health", () => {
  it("is busy when an answer takes more than a second, and fine with the answer", () => {
    ask();
    vi.advanceTimersByTime(900);
    expect(health).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(health).toEqual(["busy"]);
    host.say({ re: 1, ok: null });
    expect(health).toEqual(["busy", "fine"]);
  });

  it("is gone when nothing can be sent, and the ask goes out when it can be again", () => {
    host.broken = true;
    ask();
    vi.advanceTimersByTime(500);
    expect(health).toEqual(["gone"]);
    host.broken = false;
    vi.advanceTimersByTime(1_500);
    expect(host.sent).toHaveLength(1);
    host.say({ re: 1, ok: null });
    expect(health.at(-1)).toBe("fine");
  });

  it("is gone when the host tells later that nothing was sent, and nothing is left uncaught", async () => {
    const uncaught = vi.fn();
    process.on("unhandledRejection", uncaught);
    host.later = () => Promise.reject(new TypeError("Failed to fetch"));
    ask();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(health).toEqual(["gone"]);
    host.later = () => Promise.resolve();
    await vi.advanceTimersByTimeAsync(1_500);
    host.say({ re: 1, ok: null });
    expect(health.at(-1)).toBe("fine");
    await vi.advanceTimersByTimeAsync(0);
    process.off("unhandledRejection", uncaught);
    expect(uncaught).not.toHaveBeenCalled();
  });

  it("is gone when the host says that its kernel is", async () => {
    let look = () => {};
    host.raw = {
      comm_live: true,
      on: (_event, listener) => {
        look = listener;
      },
      off: () => {},
      tell: () => look(),
    };
    await wire.watch("model");
    ask();
    host.raw.comm_live = false;
    host.raw.tell();
    expect(health).toEqual(["gone"]);
    vi.advanceTimersByTime(30_000);
    expect(host.sent).toHaveLength(1); // nothing is sent to a kernel that is not there
  });
});

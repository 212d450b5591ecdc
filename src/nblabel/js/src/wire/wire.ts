import { type Bytes, viewOf } from "../base/bytes";
import { Scope } from "../base/scope";
import type { AnyModel, RawModel } from "./model";

/** Both halves must speak the same one; widget/wire.py holds its twin. */
export const PROTOCOL = 2;

export interface Answer {
  readonly ok: unknown;
  readonly buffers: readonly DataView[];
}

/** What is said, and the bytes in it apart: they go as buffers. */
export interface Packed {
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

/** Puts bytes that are in results into buffers, and back. */
export interface Packing {
  pack(content: Record<string, unknown>): Packed;
  unpack<T>(value: T, buffers: readonly DataView[]): T;
  /** About how many bytes it is on its way. */
  weigh(change: object): number;
}

interface Message {
  readonly v: number;
  readonly re?: number;
  readonly ok?: unknown;
  readonly error?: string;
  readonly event?: string;
}

interface Asked extends Packed {
  readonly since: number;
  resolve(answer: Answer): void;
  reject(error: Error): void;
  /** The how-manieth message its last sending was; 0 where it could not be sent. */
  sent: number;
}

/** How the kernel is doing, as far as the browser can tell. */
export type Health = "fine" | "busy" | "gone";

const BUSY_AFTER = 1_000;
const PING_AFTER = 2_000;
const PING_AT_MOST = 10_000;

/**
 * Asks the kernel and hears from it. An ask ends only with its answer, and a message may be lost
 * between a socket's end and the news of it. The kernel answers in the order in which it was
 * asked: what a later message overtook was lost, and is sent again. While nothing comes, small
 * pings find that out, so that a busy kernel is not buried under what it has to do anyway.
 * Everything the kernel is asked for can be asked twice.
 */
export class Wire {
  /** Set where a family has bytes in its results. */
  packing: Packing | null = null;
  readonly #model: AnyModel;
  readonly #scope = new Scope();
  readonly #asked = new Map<number, Asked>();
  readonly #listeners = new Map<
    string,
    ((content: never, buffers: readonly DataView[]) => void)[]
  >();
  readonly #onHealth: ((health: Health) => void)[] = [];
  /** The how-manieth message each unanswered ping was, by its id. */
  readonly #pings = new Map<number, number>();
  #raw: RawModel | null = null;
  /** Two tabs of one notebook hear each other's answers: their asks have numbers of their own. */
  #next = Math.floor(Math.random() * 2 ** 32) * 2 ** 20 + 1;
  #sends = 0;
  #pingDue = 0;
  #pingAfter = PING_AFTER;
  #unreachable = false;
  #health: Health = "fine";

  constructor(model: AnyModel) {
    this.#model = model;
    const hear = (message: Message, buffers?: readonly Bytes[] | null) =>
      this.#hear(message, (buffers ?? []).map(viewOf));
    model.on("msg:custom", hear as never);
    this.#scope.add(() => model.off("msg:custom", hear as never));
    this.#scope.interval(() => this.#tick(), 500);
  }

  /** Asks; rejects with the kernel's own sentence, or when the widget goes away. */
  ask(op: string, content: Record<string, unknown> = {}): Promise<Answer> {
    const id = this.#next++;
    const whole = { v: PROTOCOL, id, op, ...content };
    return new Promise((resolve, reject) => {
      const now = Date.now();
      const asked: Asked = {
        ...(this.packing?.pack(whole) ?? { content: whole, buffers: [] }),
        since: now,
        resolve,
        reject,
        sent: 0,
      };
      if (this.#asked.size === 0) this.#pingSoon();
      this.#asked.set(id, asked);
      this.#send(asked);
    });
  }

  /** Hears what the kernel says unasked. */
  on<T>(event: string, listener: (content: T, buffers: readonly DataView[]) => void): void {
    const list = this.#listeners.get(event) ?? [];
    list.push(listener as never);
    this.#listeners.set(event, list);
  }

  onHealth(listener: (health: Health) => void): void {
    this.#onHealth.push(listener);
  }

  /** Watches the host's model, which is told when its kernel goes. */
  async watch(id: string): Promise<void> {
    const found = this.#model.widget_manager?.get_model?.(id);
    const raw = await found?.catch(() => undefined); // a host that does not know its models so
    if (!raw || this.#raw) return;
    this.#raw = raw;
    const look = () => this.#tick();
    raw.on("comm_live_update", look);
    this.#scope.add(() => raw.off("comm_live_update", look));
    this.#tick();
  }

  dispose(): void {
    this.#scope.dispose();
    for (const asked of this.#asked.values()) asked.reject(new Error("the widget was closed"));
    this.#asked.clear();
  }

  #send(asked: Asked): void {
    const lost = () => {
      asked.sent = 0;
    };
    asked.sent = this.#sendOut(asked, lost) ? ++this.#sends : 0;
  }

  /** Whether it went out, as far as the host tells at once; `lost` where it tells later. */
  #sendOut({ content, buffers }: Packed, lost: () => void): boolean {
    try {
      const sending = buffers.length
        ? this.#model.send(content, undefined, buffers)
        : this.#model.send(content);
      if (sending instanceof Promise)
        sending.then(
          () => this.#reached(true),
          () => {
            lost();
            this.#reached(false);
          },
        );
      else this.#unreachable = false;
      return true;
    } catch {
      this.#unreachable = true;
      return false;
    }
  }

  #reached(reached: boolean): void {
    if (this.#unreachable !== reached) return;
    this.#unreachable = !reached;
    this.#tell();
  }

  /** Whether the host says that its kernel is gone. */
  #gone(waiting: number): boolean {
    if (this.#unreachable || this.#raw?.comm_live === false) return true;
    const status = this.#raw?.widget_manager?.kernel?.connectionStatus;
    // A host that looks for its server anew often finds it at once.
    return status === "disconnected" || (status === "connecting" && waiting > BUSY_AFTER);
  }

  #pingSoon(): void {
    this.#pingAfter = PING_AFTER;
    this.#pingDue = Date.now() + PING_AFTER;
  }

  #ping(): void {
    this.#pingAfter = Math.min(2 * this.#pingAfter, PING_AT_MOST);
    this.#pingDue = Date.now() + this.#pingAfter;
    const id = this.#next++;
    const lost = () => this.#pings.delete(id);
    if (this.#sendOut({ content: { v: PROTOCOL, id, op: "ping" }, buffers: [] }, lost))
      this.#pings.set(id, ++this.#sends);
  }

  #hear(message: Message, buffers: readonly DataView[]): void {
    this.#unreachable = false;
    if (message.event !== undefined) {
      for (const listener of this.#listeners.get(message.event) ?? [])
        listener(message as never, buffers);
    } else if (message.re !== undefined) {
      const asked = this.#asked.get(message.re);
      const sent = asked?.sent ?? this.#pings.get(message.re) ?? 0;
      this.#asked.delete(message.re);
      this.#pings.delete(message.re);
      this.#pingSoon();
      for (const other of this.#asked.values()) if (other.sent < sent) this.#send(other);
      if (message.error !== undefined) asked?.reject(new Error(message.error));
      else asked?.resolve({ ok: this.packing?.unpack(message.ok, buffers) ?? message.ok, buffers });
    }
    this.#tick();
  }

  #tick(): void {
    for (const asked of this.#asked.values()) {
      if (asked.sent > 0 || this.#raw?.comm_live === false) continue;
      this.#send(asked);
      this.#pingSoon();
    }
    const gone = this.#tell() === "gone";
    if (this.#asked.size > 0 && this.#pingDue <= Date.now() && !gone) this.#ping();
  }

  #tell(): Health {
    const now = Date.now();
    const since = [...this.#asked.values()].map((asked) => asked.since);
    const waiting = now - Math.min(now, ...since);
    const health = this.#gone(waiting) ? "gone" : waiting > BUSY_AFTER ? "busy" : "fine";
    if (health === this.#health) return health;
    this.#health = health;
    for (const listener of this.#onHealth) listener(health);
    return health;
  }
}

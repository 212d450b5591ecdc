import { type Signal, signal } from "@preact/signals-core";
import { Scope } from "../base/scope";
import type { Wire } from "../wire/wire";

/** Which image: of which row, element and item. */
export interface WhichImage {
  readonly index: number;
  readonly element: number;
  readonly item: number;
}

/** A square of one level of an image, or, without column and row, all of the level. */
export interface Piece {
  readonly level: number;
  readonly column: number | null;
  readonly row: number | null;
}

type Told = WhichImage & Piece & { readonly mime?: string; readonly problem?: string };

interface Awaited {
  readonly ask: WhichImage & Piece;
  readonly came: Promise<Blob>;
  resolve(piece: Blob): void;
  reject(error: Error): void;
}

/** A piece comes as an event, and an event can be lost: it is asked for again. */
const AGAIN_AFTER = 15_000;

const keyOf = ({ index, element, item, level, column, row }: WhichImage & Piece) =>
  [index, element, item, level, column, row].join(" ");

/** Images too large to be sent whole, by the pieces that are looked at; the kernel makes them. */
export class Pieces {
  /** How much of an image the kernel has decoded, from 0 to 1; null while it decodes none. */
  readonly decoding: Signal<(WhichImage & { readonly part: number }) | null> = signal(null);
  readonly #wire: Wire;
  readonly #scope = new Scope();
  readonly #awaited = new Map<string, Awaited>();

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.on<Told>("piece", (told, [bytes]) => this.#come(told, bytes));
    wire.on<WhichImage & { part: number }>("decoding", (told) => {
      this.decoding.value = told.part < 1 ? told : null;
    });
    this.#scope.interval(() => {
      for (const awaited of this.#awaited.values()) this.#ask(awaited);
    }, AGAIN_AFTER);
  }

  get(image: WhichImage, piece: Piece): Promise<Blob> {
    const ask = { ...image, ...piece };
    const known = this.#awaited.get(keyOf(ask));
    if (known) return known.came;
    const { promise, resolve, reject } = Promise.withResolvers<Blob>();
    const awaited = { ask, came: promise, resolve, reject };
    this.#awaited.set(keyOf(ask), awaited);
    this.#ask(awaited);
    return promise;
  }

  dispose(): void {
    this.#scope.dispose();
    this.#awaited.clear();
  }

  #ask({ ask, reject }: Awaited): void {
    this.#wire.ask("piece", { ...ask }).catch((error: Error) => {
      this.#awaited.delete(keyOf(ask));
      reject(error);
    });
  }

  #come(told: Told, bytes: DataView | undefined): void {
    this.decoding.value = null;
    const awaited = this.#awaited.get(keyOf(told));
    this.#awaited.delete(keyOf(told));
    if (bytes && told.problem === undefined) {
      const { buffer, byteOffset, byteLength } = bytes;
      const piece = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
      awaited?.resolve(new Blob([piece], { type: told.mime ?? "" }));
    } else awaited?.reject(new Error(told.problem ?? "The image cannot be shown."));
  }
}

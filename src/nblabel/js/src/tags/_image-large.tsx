import { type Signal, signal } from "@preact/signals-core";
import { Scope } from "../base/scope";
import { words } from "../base/words";
import type { Element, Media } from "../core/types";
import type { LargeImage } from "../stage/image/options";
import { PieceLayer } from "../stage/image/pieces";
import type { Editor } from "../state/editor";
import type { ViewProps } from "../state/family";
import type { Wire } from "../wire/wire";

/** Which image: of which row, element and item. */
interface WhichImage {
  readonly index: number;
  readonly element: number;
  readonly item: number;
}

/** A square of one level of an image, or, without column and row, all of the level. */
interface Piece {
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
class Pieces {
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

const known = new WeakMap<Editor, Pieces>();

/** The pieces of one labeler's images. */
function piecesOf(editor: Editor): Pieces {
  const before = known.get(editor);
  if (before) return before;
  const pieces = new Pieces(editor.wire);
  editor.scope.add(() => pieces.dispose());
  known.set(editor, pieces);
  return pieces;
}

/** A large item of an Image, as the stage shows it. */
export function largeImage(
  editor: Editor,
  element: Element,
  item: number,
  { levels }: Media,
): LargeImage | undefined {
  const { index } = editor;
  if (index === undefined) return undefined;
  const image = { index, element: element.id, item };
  const pieces = piecesOf(editor);
  const failed = (error: unknown) =>
    editor.tell(`${editor.tree.value.text(element, "name")}: ${words(error)}`);
  const whole = pieces.get(image, { level: levels, column: null, row: null });
  whole.catch(() => undefined); // the stage tells it
  return {
    whole,
    layer: (scope, size) =>
      new PieceLayer(scope, size, {
        levels,
        get: (level, column, row) => pieces.get(image, { level, column, row }),
        failed,
      }),
    failed,
  };
}

/** How far the kernel has decoded an image. */
export function Decoding({ element, editor }: ViewProps) {
  const now = piecesOf(editor).decoding.value;
  const here = now?.index === editor.index && now?.element === element.id;
  return here ? (
    <progress class="nb-decoding" aria-label="The image is being decoded" value={now.part} />
  ) : null;
}

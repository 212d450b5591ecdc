import type { Scope } from "../../base/scope";
import type { Bounds, Size } from "../../core/geometry";

/** Width and height of a square in pixels of its level; media/pieces.py holds its twin. */
const SIDE = 1024;
const STILL_AFTER = 80;

/** Where the pieces of a large image come from. */
interface PieceSource {
  /** How often the image is halved until all of it is one piece. */
  readonly levels: number;
  /** A square of a finer level. */
  get(level: number, column: number, row: number): Promise<Blob>;
  failed(error: unknown): void;
}

interface Square {
  readonly level: number;
  readonly picture: HTMLImageElement;
}

/** The squares of a large image that are seen, sharp, over its coarse whole. */
export class PieceLayer {
  readonly element = document.createElement("div");
  readonly #size: Size;
  readonly #source: PieceSource;
  readonly #still: () => void;
  readonly #squares = new Map<string, Square>();
  readonly #coming = new Set<string>();
  #wanted: ReadonlySet<string> = new Set();
  #next: (() => void) | null = null;
  #gone = false;

  constructor(scope: Scope, size: Size, source: PieceSource) {
    this.#size = size;
    this.#source = source;
    this.element.className = "nb-image-pieces";
    this.element.setAttribute("aria-hidden", "true");
    this.#still = scope.later(() => this.#next?.(), STILL_AFTER);
    scope.add(() => {
      this.#gone = true;
      for (const key of [...this.#squares.keys()]) this.#drop(key);
    });
  }

  /** Brings what is seen, once the view is still: bounds as turned, screen pixels per pixel. */
  look(seen: Bounds, turn: number, scale: number): void {
    this.#next = () => this.#bring(uprightBounds(seen, turn, this.#size), scale);
    this.#still();
  }

  #bring(seen: Bounds, scale: number): void {
    const level = Math.max(0, Math.floor(Math.log2(1 / scale)));
    const wanted = new Set<string>();
    const side = SIDE * 2 ** level;
    const last = (bound: number, length: number) =>
      Math.floor((Math.min(bound, length) - 1) / side);
    if (level < this.#source.levels)
      for (let row = Math.floor(seen.minY / side); row <= last(seen.maxY, this.#size.height); row++)
        for (
          let column = Math.floor(seen.minX / side);
          column <= last(seen.maxX, this.#size.width);
          column++
        )
          wanted.add(`${level} ${column} ${row}`);
    this.#wanted = wanted;
    for (const key of wanted)
      if (!this.#squares.has(key) && !this.#coming.has(key)) void this.#fetch(key);
    this.#tidy();
  }

  async #fetch(key: string): Promise<void> {
    const [level = 0, column = 0, row = 0] = key.split(" ").map(Number);
    this.#coming.add(key);
    const picture = document.createElement("img");
    try {
      picture.src = URL.createObjectURL(await this.#source.get(level, column, row));
      await picture.decode();
    } catch (error) {
      URL.revokeObjectURL(picture.src);
      if (!this.#gone) this.#source.failed(error);
      return;
    } finally {
      this.#coming.delete(key);
    }
    const side = SIDE * 2 ** level;
    const { style } = picture;
    picture.alt = "";
    picture.draggable = false;
    style.left = `${column * side}px`;
    style.top = `${row * side}px`;
    style.width = `${Math.min(side, this.#size.width - column * side)}px`;
    style.height = `${Math.min(side, this.#size.height - row * side)}px`;
    this.#squares.set(key, { level, picture });
    if (this.#gone || !this.#wanted.has(key)) this.#drop(key);
    else this.element.append(picture);
    this.#tidy();
  }

  /** Drops what is not seen; what lies under a square that is still to come stays until then. */
  #tidy(): void {
    const whole = [...this.#wanted].every((key) => this.#squares.has(key));
    if (!whole) return;
    for (const key of [...this.#squares.keys()]) if (!this.#wanted.has(key)) this.#drop(key);
  }

  #drop(key: string): void {
    const picture = this.#squares.get(key)?.picture;
    this.#squares.delete(key);
    picture?.remove();
    if (picture) URL.revokeObjectURL(picture.src);
  }
}

/** Where bounds on an image that is turned lie on the image as it is, which has this size. */
export function uprightBounds(seen: Bounds, turn: number, size: Size): Bounds {
  const { minX, minY, maxX, maxY } = seen;
  const { width, height } = size;
  switch (turn) {
    case 90:
      return { minX: minY, maxX: maxY, minY: height - maxX, maxY: height - minX };
    case 180:
      return { minX: width - maxX, maxX: width - minX, minY: height - maxY, maxY: height - minY };
    case 270:
      return { minX: width - maxY, maxX: width - minY, minY: minX, maxY: maxX };
    default:
      return seen;
  }
}

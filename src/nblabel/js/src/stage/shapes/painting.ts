import { type Bounds, type Point, type Size, united } from "../../core/geometry";
import { clamp } from "../../core/numbers";
import { addRow, type Runs, RunsMaker, readRow } from "../../core/runs";

/** Side of the squares in which what is painted is kept: only those that were touched are there. */
const SIDE = 128;

/** How what is painted meets what was there. */
export type Mode = "add" | "take";

/** A mask on its way: what it was, and what a pen has painted on it so far. */
export class Painting implements Size {
  readonly width: number;
  readonly height: number;
  readonly base: Runs;
  /** What it became when it was done. */
  made: Runs | null = null;
  /** How much is seen of it, where that is not as it is once it is kept; from 0 to 1. */
  opacity: number | undefined;
  readonly #mode: Mode;
  readonly #across: number;
  /** How much of each pixel is covered, by square. */
  readonly #squares = new Map<number, Uint8Array>();
  #touched: Bounds | null = null;
  #dirty: Bounds | null = null;

  constructor(base: Runs, mode: Mode) {
    this.base = base;
    this.width = base.width;
    this.height = base.height;
    this.#mode = mode;
    this.#across = Math.ceil(base.width / SIDE);
  }

  get bounds(): Bounds {
    const { bounds, area } = this.base;
    if (!this.#touched || this.#mode === "take") return bounds;
    return area === 0 ? this.#touched : united(bounds, this.#touched);
  }

  get area(): number {
    return this.base.area;
  }

  /** What has changed since this was asked last. */
  takeDirty(): Bounds | null {
    const dirty = this.#dirty;
    this.#dirty = null;
    return dirty;
  }

  /**
   * Paints a stroke of a round pen from one point to another. `scale` is how many pixels of the
   * mask are in one of the units that points and radius are in; a `hard` edge is not smoothed.
   */
  stroke(from: Point, to: Point, radius: number, scale: Point, hard: boolean): void {
    const sharp = (scale.x + scale.y) / 2;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = dx * dx + dy * dy;
    const reach = radius + 1 / sharp;
    const box = {
      minX: (Math.min(from.x, to.x) - reach) * scale.x,
      minY: (Math.min(from.y, to.y) - reach) * scale.y,
      maxX: (Math.max(from.x, to.x) + reach) * scale.x,
      maxY: (Math.max(from.y, to.y) + reach) * scale.y,
    };
    this.fill(box, (x, y) => {
      const px = (x + 0.5) / scale.x - from.x;
      const py = (y + 0.5) / scale.y - from.y;
      const along = length === 0 ? 0 : clamp((px * dx + py * dy) / length, 0, 1);
      const [ax, ay] = [px - along * dx, py - along * dy];
      const apart = Math.sqrt(ax * ax + ay * ay); // Math.hypot takes ten times as long
      if (hard) return apart <= radius ? 255 : 0;
      return clamp((radius - apart) * sharp + 0.5, 0, 1) * 255;
    });
  }

  /** Paints what a function says covers each pixel of a box, from 0 to 255. */
  fill(box: Bounds, covered: (x: number, y: number) => number): void {
    const minX = clamp(Math.floor(box.minX), 0, this.width);
    const minY = clamp(Math.floor(box.minY), 0, this.height);
    const maxX = clamp(Math.ceil(box.maxX), 0, this.width);
    const maxY = clamp(Math.ceil(box.maxY), 0, this.height);
    if (minX >= maxX || minY >= maxY) return;
    for (let top = minY - (minY % SIDE); top < maxY; top += SIDE)
      for (let left = minX - (minX % SIDE); left < maxX; left += SIDE) {
        const square = this.#square(left, top);
        const bottom = Math.min(top + SIDE, maxY);
        const right = Math.min(left + SIDE, maxX);
        for (let y = Math.max(top, minY); y < bottom; y++) {
          const row = (y - top) * SIDE - left;
          for (let x = Math.max(left, minX); x < right; x++) {
            const now = covered(x, y);
            if (now > (square[row + x] as number)) square[row + x] = now;
          }
        }
      }
    const spot = { minX, minY, maxX, maxY };
    this.#touched = united(this.#touched ?? spot, spot);
    this.#dirty = united(this.#dirty ?? spot, spot);
  }

  #square(left: number, top: number): Uint8Array {
    const key = (top / SIDE) * this.#across + left / SIDE;
    let square = this.#squares.get(key);
    if (!square) {
      square = new Uint8Array(SIDE * SIDE);
      this.#squares.set(key, square);
    }
    return square;
  }

  /** Writes a stretch of a row. */
  read(y: number, from: number, to: number, into: Uint8Array): void {
    readRow(this.base, y, from, to, into);
    const row = Math.floor(y / SIDE);
    for (let column = Math.floor(from / SIDE); column * SIDE < to; column++) {
      const square = this.#squares.get(row * this.#across + column);
      if (!square) continue;
      const at = (y % SIDE) * SIDE - column * SIDE;
      const end = Math.min(to, (column + 1) * SIDE);
      for (let x = Math.max(from, column * SIDE); x < end; x++) {
        const cover = square[at + x] as number;
        if (cover === 0) continue;
        const before = into[x - from] as number;
        // As a canvas puts one colour over another, or takes it out.
        const share = this.#mode === "add" ? cover * (255 - before) : -cover * before;
        into[x - from] = Math.round(before + share / 255);
      }
    }
  }

  add(y: number, from: number, to: number, level: number, sums: Uint32Array): void {
    if (!this.#touched || y < this.#touched.minY || y >= this.#touched.maxY) {
      addRow(this.base, y, from, to, level, sums);
      return;
    }
    const row = new Uint8Array(to - from);
    this.read(y, from, to, row);
    for (let x = 0; x < row.length; x++)
      sums[x >> level] = (sums[x >> level] as number) + (row[x] as number);
  }

  /** What has become of it: only rows that were touched are looked at pixel by pixel. */
  done(): Runs {
    const { width, base } = this;
    const maker = new RunsMaker(this);
    if (this.#touched) {
      const { minX, minY, maxX, maxY } = this.#touched;
      const row = new Uint8Array(maxX - minX);
      for (let y = minY; y < maxY; y++) {
        const start = y * width + minX;
        maker.copy(base, start);
        this.read(y, minX, maxX, row);
        for (let x = 0; x < row.length; ) {
          const value = row[x] as number;
          do x++;
          while (row[x] === value);
          maker.add(start + x, value);
        }
      }
    }
    maker.copy(base, width * this.height);
    this.made = maker.done();
    return this.made;
  }
}

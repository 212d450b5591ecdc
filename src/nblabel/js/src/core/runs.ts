import type { Bounds, Size } from "./geometry";

/**
 * A mask as runs of equal pixels, row by row from the top: it takes little room however large the
 * image is. 0 is outside, 255 inside; what lies between is an edge.
 */
export interface Runs extends Size {
  /** Where each run ends, in pixels from the first one; the last ends with the image. */
  readonly ends: Uint32Array;
  readonly values: Uint8Array;
  /** What is around all that is inside; without any, all zeros. */
  readonly bounds: Bounds;
  /** How many pixels are not outside. */
  readonly area: number;
}

const CHANNELS = 4;
/** Bits before the first run of a packed mask. */
const HEAD = 53;
/** Bits that the length of a run may take. */
const LENGTHS = [3, 4, 8, 16] as const;
const LONGEST = 2 ** 16;
const WORD = 8;

/** Puts runs together, from the first pixel to the last. */
export class RunsMaker {
  readonly #size: Size;
  #ends = new Uint32Array(1024);
  #values = new Uint8Array(1024);
  #count = 0;
  #area = 0;
  #end = 0;
  /** Where the row ends that the last pixels inside began in. */
  #rowEnd = 0;
  #minX: number;
  #maxX = 0;
  #minY = 0;
  #maxY = 0;

  constructor(size: Size) {
    this.#size = size;
    this.#minX = size.width;
  }

  /** How far it has come. */
  get end(): number {
    return this.#end;
  }

  /** Adds pixels of a value up to an end. */
  add(end: number, value: number): void {
    if (end <= this.#end) return;
    if (value > 0) this.#grow(this.#end, end);
    const last = this.#count - 1;
    if (last >= 0 && this.#values[last] === value) this.#ends[last] = end;
    else {
      if (this.#count === this.#ends.length) this.#widen();
      this.#ends[this.#count] = end;
      this.#values[this.#count++] = value;
    }
    this.#end = end;
  }

  /** Adds what other runs have up to an end. */
  copy({ ends, values }: Runs, end: number): void {
    for (let i = runAt(ends, this.#end); this.#end < end; i++)
      this.add(Math.min(ends[i] as number, end), values[i] as number);
  }

  done(): Runs {
    const { width, height } = this.#size;
    this.add(width * height, 0);
    return {
      width,
      height,
      ends: this.#ends.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
      bounds:
        this.#area === 0
          ? { minX: 0, minY: 0, maxX: 0, maxY: 0 }
          : { minX: this.#minX, minY: this.#minY, maxX: this.#maxX, maxY: this.#maxY },
      area: this.#area,
    };
  }

  #grow(from: number, to: number): void {
    const { width } = this.#size;
    if (from >= this.#rowEnd) this.#rowEnd = (Math.floor(from / width) + 1) * width;
    const start = this.#rowEnd - width;
    const more = Math.max(0, Math.ceil((to - this.#rowEnd) / width)); // rows that it goes on in
    const maxX = more > 0 ? width : to - start;
    const minX = more > 0 ? 0 : from - start;
    if (this.#area === 0) this.#minY = start / width;
    this.#maxY = this.#rowEnd / width + more;
    if (minX < this.#minX) this.#minX = minX;
    if (maxX > this.#maxX) this.#maxX = maxX;
    this.#area += to - from;
  }

  #widen(): void {
    const ends = new Uint32Array(2 * this.#ends.length);
    ends.set(this.#ends);
    const values = new Uint8Array(2 * this.#values.length);
    values.set(this.#values);
    this.#ends = ends;
    this.#values = values;
  }
}

export const noRuns = (size: Size): Runs => new RunsMaker(size).done();

/** The run that a pixel is in. */
function runAt(ends: Uint32Array, pixel: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) > pixel) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The value of a pixel; 0 outside the image. */
export function valueAt({ width, height, ends, values }: Runs, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= width || y >= height) return 0;
  return values[runAt(ends, y * width + x)] as number;
}

/** Writes a stretch of a row. */
export function readRow(runs: Runs, y: number, from: number, to: number, into: Uint8Array): void {
  const { width, ends, values } = runs;
  const start = y * width + from;
  const stop = y * width + to;
  let at = start;
  for (let i = runAt(ends, start); at < stop; i++) {
    const end = Math.min(ends[i] as number, stop);
    into.fill(values[i] as number, at - start, end - start);
    at = end;
  }
}

/**
 * Adds the values of a stretch of a row up, 2^`level` pixels at a time.
 * A run costs as much as it is long in such blocks.
 */
export function addRow(
  runs: Runs,
  y: number,
  from: number,
  to: number,
  level: number,
  sums: Uint32Array,
): void {
  const { width, ends, values } = runs;
  const start = y * width + from;
  const stop = y * width + to;
  let at = start;
  for (let i = runAt(ends, start); at < stop; i++) {
    const end = Math.min(ends[i] as number, stop);
    const value = values[i] as number;
    if (value > 0) addRun(sums, at - start, end - start, value, level);
    at = end;
  }
}

function addRun(sums: Uint32Array, from: number, to: number, value: number, level: number): void {
  const first = from >> level;
  const last = (to - 1) >> level;
  if (first === last) {
    sums[first] = (sums[first] as number) + value * (to - from);
    return;
  }
  sums[first] = (sums[first] as number) + value * (((first + 1) << level) - from);
  const whole = value << level;
  for (let i = first + 1; i < last; i++) sums[i] = (sums[i] as number) + whole;
  sums[last] = (sums[last] as number) + value * (to - (last << level));
}

/** The 32 bits that begin at a bit of these bytes, the highest first; beyond the end they are 0. */
function bitsOf(bytes: Uint8Array): (at: number) => number {
  const read = new Uint8Array(bytes.length + 5);
  read.set(bytes);
  const byte = (at: number) => read[at] as number;
  return (at) => {
    const i = at >>> 3;
    const whole = (byte(i) << 24) | (byte(i + 1) << 16) | (byte(i + 2) << 8) | byte(i + 3);
    return (whole << (at & 7)) | (byte(i + 4) >>> (8 - (at & 7)));
  };
}

/**
 * A mask from Label Studio's run lengths; null where they are broken, or of another size.
 *
 * They are the bit stream of @thi.ng/rle-pack over four bytes a pixel, of which the last is the
 * mask: 32 bits with the number of bytes, 5 with the bits of a word less one, four times 4 with the
 * bits of a length less one; then, each with two bits that choose how long its length is, a 1 with
 * a length less one and the word that is repeated, or a 0 with a length less one and as many words.
 */
export function unpackRuns(bytes: Uint8Array, size: Size): Runs | null {
  const bitsAt = bitsOf(bytes);
  const total = bitsAt(0) >>> 0;
  const word = (bitsAt(32) >>> 27) + 1;
  const sizes = [0, 1, 2, 3].map((kind) => (bitsAt(37 + 4 * kind) >>> 28) + 1);
  if (total === 0 || total !== CHANNELS * size.width * size.height || word > WORD) return null;
  const maker = new RunsMaker(size);
  let at = HEAD;
  let done = 0;
  while (done < total) {
    // A run's head, its length and its word are 27 bits at the most: one look is enough.
    const bits = bitsAt(at);
    const head = 3 + (sizes[(bits >>> 29) & 3] as number);
    const length = ((bits << 3) >>> (35 - head)) + 1;
    at += head;
    if (done + length > total) return null;
    if (bits < 0) {
      done += length;
      at += word;
      maker.add(Math.floor(done / CHANNELS), (bits << head) >>> (32 - word));
    } else
      for (let i = 0; i < length; i++, at += word)
        if (++done % CHANNELS === 0) maker.add(done / CHANNELS, bitsAt(at) >>> (32 - word));
    if (at > 8 * bytes.length) return null;
  }
  return maker.done();
}

const kindOf = (length: number): number =>
  length <= 8 ? 0 : length <= 16 ? 1 : length <= 256 ? 2 : 3;

/** Label Studio's run lengths of a mask, as its SDK's `mask2rle` has them byte for byte. */
export function packRuns({ width, height, ends, values }: Runs): Uint8Array {
  const total = CHANNELS * width * height;
  const runs = (each: (length: number, value: number) => void) => {
    let start = 0;
    for (let i = 0; i < ends.length; i++) {
      let left = CHANNELS * ((ends[i] as number) - start);
      for (; left > LONGEST; left -= LONGEST) each(LONGEST, values[i] as number);
      each(left, values[i] as number);
      start = ends[i] as number;
    }
  };
  let bits = HEAD;
  runs((length) => {
    bits += 3 + WORD + (LENGTHS[kindOf(length)] as number);
  });
  const bytes = new Uint8Array((bits >>> 3) + 1);
  let at = 0;
  let held = 0;
  let free = 8;
  /** Up to 16 bits. */
  const write = (value: number, count: number) => {
    let left = count;
    while (left >= free) {
      left -= free;
      bytes[at++] = held | ((value >>> left) & ((1 << free) - 1));
      held = 0;
      free = 8;
    }
    free -= left;
    held |= (value & ((1 << left) - 1)) << free;
  };
  write(total >>> 16, 16);
  write(total & 0xffff, 16);
  write(WORD - 1, 5);
  for (const length of LENGTHS) write(length - 1, 4);
  runs((length, value) => {
    const kind = kindOf(length);
    write(4 | kind, 3);
    write(length - 1, LENGTHS[kind] as number);
    write(value, WORD);
  });
  if (free < 8) bytes[at] = held;
  return bytes;
}

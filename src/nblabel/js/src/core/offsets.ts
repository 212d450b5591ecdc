/**
 * Code points (what Python and Label Studio count) against UTF-16 units (what the DOM counts).
 *
 * Built once per text; each question is a binary search over the text's surrogate pairs.
 */
export class Offsets {
  /** Length of the text in code points. */
  readonly length: number;
  readonly #units: number;
  /** UTF-16 position of the second half of every surrogate pair, ascending. */
  readonly #pairs: readonly number[];

  constructor(text: string) {
    const pairs: number[] = [];
    for (const pair of text.matchAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)) pairs.push(pair.index + 1);
    this.#pairs = pairs;
    this.#units = text.length;
    this.length = text.length - pairs.length;
  }

  /** The code point at or around a UTF-16 position; inside a pair it is the pair's own. */
  points(unit: number): number {
    const at = Math.max(0, Math.min(unit, this.#units));
    return at - this.#count((pair) => pair <= at);
  }

  /** The UTF-16 position where a code point begins. */
  units(point: number): number {
    const at = Math.max(0, Math.min(point, this.length));
    return at + this.#count((pair, before) => pair - 1 - before < at);
  }

  /** How many pairs, from the first, fulfil a condition that holds for a leading run only. */
  #count(holds: (pair: number, index: number) => boolean): number {
    let low = 0;
    let high = this.#pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#pairs[middle] as number, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

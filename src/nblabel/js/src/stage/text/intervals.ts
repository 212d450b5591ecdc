/** Something between two positions, end exclusive. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Finds the intervals that touch a stretch without looking at all of them. */
export class Intervals<T extends Interval> {
  /** By start; longer ones first where the start is the same. */
  readonly sorted: readonly T[];
  /** The furthest end among each interval and all before it. */
  readonly #reach: number[] = [];

  constructor(items: readonly T[]) {
    this.sorted = [...items].sort((a, b) => a.start - b.start || b.end - a.end);
    let reach = 0;
    for (const item of this.sorted) {
      reach = Math.max(reach, item.end);
      this.#reach.push(reach);
    }
  }

  /** Those that share at least one position with start..end, by start. */
  touching(start: number, end: number): T[] {
    const found: T[] = [];
    for (let index = this.#firstFrom(end) - 1; index >= 0; index--) {
      if ((this.#reach[index] as number) <= start) break;
      const item = this.sorted[index] as T;
      if (item.end > start) found.push(item);
    }
    return found.reverse();
  }

  /** A row for each interval such that no two of one row overlap; as few rows as possible. */
  rows(): Map<T, number> {
    const ends: number[] = [];
    const rows = new Map<T, number>();
    for (const item of this.sorted) {
      const free = ends.findIndex((end) => end <= item.start);
      const row = free < 0 ? ends.length : free;
      ends[row] = item.end;
      rows.set(item, row);
    }
    return rows;
  }

  #firstFrom(position: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] as T).start < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

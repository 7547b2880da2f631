/**
 * Offsets of the rows of a long list. Rows that were seen have a known height, the others an estimated one. Changing a height and finding
 * a row take log₂(rows) steps (a binary indexed tree; Fenwick 1994).
 */
export class RowOffsets {
  readonly rows: number;
  readonly #heights: Float64Array;
  /** `#sums[i]` holds the heights of the rows (i − lowest bit of i, i]; rows count from 1. */
  readonly #sums: Float64Array;

  constructor(rows: number, estimatedHeight: number) {
    this.rows = rows;
    this.#heights = new Float64Array(rows).fill(estimatedHeight);
    this.#sums = new Float64Array(rows + 1);
    for (let i = 1; i <= rows; i++) this.#sums[i] = estimatedHeight * (i & -i);
  }

  /** Height of all rows together. */
  get height(): number {
    return this.offsetOf(this.rows);
  }

  /** Gives the offset at which a row begins; for the row after the last, the end of the list. */
  offsetOf(row: number): number {
    let offset = 0;
    for (let i = row; i > 0; i -= i & -i) offset += this.#sums[i]!;
    return offset;
  }

  /** Finds the row that covers an offset: the first or the last for offsets outside, -1 where there are no rows. */
  rowAt(offset: number): number {
    let row = 0;
    let rest = offset;
    for (let step = 2 ** Math.floor(Math.log2(this.rows || 1)); step >= 1; step /= 2) {
      if (row + step > this.rows || this.#sums[row + step]! > rest) continue;
      row += step;
      rest -= this.#sums[row]!;
    }
    return Math.min(row, this.rows - 1);
  }

  /** Sets the measured height of a row, and returns its difference from the height before. */
  measure(row: number, height: number): number {
    const difference = height - this.#heights[row]!;
    if (difference === 0) return 0;
    this.#heights[row] = height;
    for (let i = row + 1; i <= this.rows; i += i & -i) this.#sums[i]! += difference;
    return difference;
  }
}

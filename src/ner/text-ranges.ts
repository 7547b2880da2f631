/** Stretches of a text in columns, sorted and disjoint. */
export interface TextRanges {
  /** Starts, in UTF-16 code units. */
  readonly starts: Int32Array;
  /** Ends, in UTF-16 code units, half-open. */
  readonly ends: Int32Array;
}

/** Stretch of a text, half-open UTF-16 code units `[start, end)`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export const NO_RANGES: TextRanges = { starts: new Int32Array(), ends: new Int32Array() };

export function countRanges({ starts }: TextRanges): number {
  return starts.length;
}

/** Gives the first stretches of them, at most so many. */
export function listRanges(ranges: TextRanges, most = countRanges(ranges)): TextRange[] {
  const count = Math.min(most, countRanges(ranges));
  return Array.from({ length: count }, (_, i) => ({
    start: ranges.starts[i]!,
    end: ranges.ends[i]!,
  }));
}

/** Finds the first stretch that ends behind a position; the count of all where none does. */
export function firstEndingBehind({ ends }: TextRanges, position: number): number {
  return firstAbove(ends, position);
}

/** Finds the first stretch that starts at a position or behind it; the count of all where none does. */
export function firstStartingAt({ starts }: TextRanges, position: number): number {
  return firstAbove(starts, position - 1);
}

/** Puts the stretches of `front` up to index `upTo` before those of `back` from index `from`, these moved by `moved` code units. */
export function joinRanges(
  front: TextRanges,
  upTo: number,
  back: TextRanges,
  from: number,
  moved = 0,
): TextRanges {
  const rest = countRanges(back) - from;
  const starts = new Int32Array(upTo + rest);
  const ends = new Int32Array(upTo + rest);
  starts.set(front.starts.subarray(0, upTo));
  ends.set(front.ends.subarray(0, upTo));
  for (let i = 0; i < rest; i++) {
    starts[upTo + i] = back.starts[from + i]! + moved;
    ends[upTo + i] = back.ends[from + i]! + moved;
  }
  return { starts, ends };
}

/** Finds the first of sorted numbers that is above a bound. */
function firstAbove(numbers: Int32Array, bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

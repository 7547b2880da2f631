/** Reads sorted, disjoint ranges of code points, hexadecimal: the first and last of each in turn. */
export function readRanges(text: string): Uint32Array {
  const bounds = text
    .trim()
    .split(/\s+/)
    .flatMap((range) => {
      const [first = '', last = first] = range.split('-');
      return [parseInt(first, 16), parseInt(last, 16)];
    });
  return Uint32Array.from(bounds);
}

/** Tells whether a code point is in one of the ranges. */
export function isInRanges(ranges: Uint32Array, codePoint: number): boolean {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codePoint > ranges[2 * middle + 1]!) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length / 2 && codePoint >= ranges[2 * low]!;
}

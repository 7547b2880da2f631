/** Lines of a file, 1-based, the first and the last included. */
export interface LineRange {
  first: number;
  last: number;
}

/**
 * Finds the lines of a sentence in a column file: the rows of its words, and the rows among and beside them that were left out. `leftOut`
 * holds the lines of such rows; a line that is no row ends the sentence.
 */
export function linesOfSentence(
  line: number,
  words: number,
  leftOut: ReadonlySet<number>,
): LineRange {
  if (leftOut.size === 0) return { first: line, last: line + words - 1 };
  let first = line;
  while (leftOut.has(first - 1)) first--;
  let last = line;
  for (let rest = words - 1; rest > 0; last++) if (!leftOut.has(last + 1)) rest--;
  while (leftOut.has(last + 1)) last++;
  return { first, last };
}

/** Finds the index of the first value that is at least `least`; values ascend. */
export function firstAtLeast(values: ArrayLike<number>, least: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

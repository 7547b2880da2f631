import { findWord, LOOKS_BACK } from '../tokenizer/text/split-words';

/** Words of a text in columns, in the order of the text. */
export interface TextWords {
  readonly text: string;
  /** Starts, in UTF-16 code units. */
  readonly starts: Int32Array;
  /** Ends, in UTF-16 code units, half-open. */
  readonly ends: Int32Array;
  /** Counts of each word's pieces. */
  readonly pieceCounts: Int32Array;
}

export const NO_WORDS: TextWords = {
  text: '',
  starts: new Int32Array(),
  ends: new Int32Array(),
  pieceCounts: new Int32Array(),
};

/**
 * Splits a text into words and counts their pieces. Only the words around the stretch in which it differs from the text before are found
 * anew, which after a key are a few; the result is the same.
 */
export function readWords(
  text: string,
  countPieces: (word: string) => number,
  before = NO_WORDS,
): TextWords {
  const prefix = commonPrefix(before.text, text);
  const shorter = Math.min(before.text.length, text.length);
  const suffix = commonSuffix(before.text, text, shorter - prefix);
  const moved = text.length - before.text.length;
  const kept = countKept(before, prefix);
  const starts: number[] = [];
  const ends: number[] = [];
  const pieceCounts: number[] = [];
  // From the first word on that both texts have behind the difference, they have the same words.
  const sameFrom = text.length - suffix + LOOKS_BACK;
  let rest = kept;
  for (
    let word = findWord(text, kept > 0 ? before.ends[kept - 1]! : 0);
    ;
    word = findWord(text, word.end)
  ) {
    const { start, end } = word ?? { start: Infinity, end: Infinity };
    while (rest < before.starts.length && before.starts[rest]! + moved < start) rest++;
    if (!word || (start >= sameFrom && before.starts[rest]! + moved === start)) break;
    starts.push(start);
    ends.push(end);
    pieceCounts.push(countPieces(text.slice(start, end)));
  }
  return {
    text,
    starts: splice(before.starts, kept, starts, rest, moved),
    ends: splice(before.ends, kept, ends, rest, moved),
    pieceCounts: splice(before.pieceCounts, kept, pieceCounts, rest),
  };
}

/** Tells whether a line ends between a word and the one before; the line ends of every system count, and nothing else ends a line. */
export function beginsLine({ text, starts, ends }: TextWords, word: number): boolean {
  if (word === 0) return true;
  for (let at = ends[word - 1]!; at < starts[word]!; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029) return true;
  }
  return false;
}

export function wordAt({ text, starts, ends }: TextWords, word: number): string {
  return text.slice(starts[word], ends[word]);
}

/**
 * Counts the words that stay where the text differs from `prefix` on. A word is decided by what stands around it up to the beginning of
 * the next word behind white space (`Nord- und`); so those stay that have a whole stretch without white space between them and the change.
 */
function countKept({ text, starts, ends }: TextWords, prefix: number): number {
  let word = firstEndingAt(ends, prefix);
  for (let stretches = 0; word > 0; word--) {
    if (starts[word]! < prefix && /\s/.test(text.charAt(starts[word]! - 1))) stretches++;
    if (stretches === 2) return word;
  }
  return 0;
}

/** Finds the first word that ends at a position or behind it; the last where none does. */
function firstEndingAt(ends: Int32Array, position: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! >= position) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, Math.min(low, ends.length - 1));
}

function splice(
  before: Int32Array,
  kept: number,
  between: readonly number[],
  rest: number,
  moved = 0,
): Int32Array {
  const spliced = new Int32Array(kept + between.length + before.length - rest);
  spliced.set(before.subarray(0, kept));
  spliced.set(between, kept);
  for (let i = rest, to = kept + between.length; i < before.length; i++, to++)
    spliced[to] = before[i]! + moved;
  return spliced;
}

/** Counts the code units that two texts begin with alike. Halving compares long stretches at once. */
function commonPrefix(a: string, b: string): number {
  let same = 0;
  let unknown = Math.min(a.length, b.length);
  while (unknown > 0) {
    const half = (unknown + 1) >> 1;
    if (a.slice(same, same + half) === b.slice(same, same + half)) same += half;
    else if (half === 1) break;
    else {
      unknown = half;
      continue;
    }
    unknown -= half;
  }
  return same;
}

/** Counts the code units that two texts end with alike, at most `limit`. */
function commonSuffix(a: string, b: string, limit: number): number {
  let same = 0;
  let unknown = limit;
  while (unknown > 0) {
    const half = (unknown + 1) >> 1;
    const from = same + half;
    if (a.slice(a.length - from, a.length - same) === b.slice(b.length - from, b.length - same))
      same += half;
    else if (half === 1) break;
    else {
      unknown = half;
      continue;
    }
    unknown -= half;
  }
  return same;
}

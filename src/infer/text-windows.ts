import { mixBits } from '../random/mix-bits';
import { beginsLine, wordAt, type TextWords } from './text-words';
import { planWindows, type WordWindow } from './windows';

/** A window of a text. */
export interface TextWindow extends WordWindow {
  /** Words as one string: windows with the same words get the same tags. */
  readonly key: string;
}

/** Code units of a word that count for the choice of a cut. */
const RANKED_LENGTH = 32;

/** Cuts a text into the windows in which the model reads it: each line by itself, a long one in several. */
export function planTextWindows(words: TextWords, capacity: number): TextWindow[] {
  const count = words.starts.length;
  const offsets = new Int32Array(count + 1);
  for (let word = 0; word < count; word++)
    offsets[word + 1] = offsets[word]! + Math.min(capacity, words.pieceCounts[word]!);
  const windows: TextWindow[] = [];
  for (let start = 0, end = 1; start < count; start = end++) {
    while (end < count && !beginsLine(words, end)) end++;
    const rank = (word: number) => rankCut(words, word);
    for (const window of planWindows({ start, end }, offsets, capacity, rank))
      windows.push({ ...window, key: joinWords(words, window) });
  }
  return windows;
}

/** Ranks a cut before a word: least between sentences, more behind other punctuation, most within a phrase; among equals by a hash. */
function rankCut(words: TextWords, word: number): number {
  const { text, starts, ends } = words;
  const last = text.charAt(ends[word - 1]! - 1);
  const kind = /[.!?…。！？]/.test(last) ? 0 : /\p{P}/u.test(last) ? 1 : 2;
  const hash = hashRange(
    text,
    starts[word]!,
    ends[word]!,
    hashRange(text, starts[word - 1]!, ends[word - 1]!, 0),
  );
  return kind + hash / 2 ** 32;
}

function hashRange(text: string, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let at = start; at < Math.min(end, start + RANKED_LENGTH); at++)
    hash = mixBits(hash ^ text.charCodeAt(at));
  return hash;
}

function joinWords(words: TextWords, { start, end }: WordWindow): string {
  let key = '';
  for (let word = start; word < end; word++) key += `${wordAt(words, word)}\n`;
  return key;
}

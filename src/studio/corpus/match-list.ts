import { SPLIT_NAMES } from '../../ner/sentence';
import type { SentenceMatches, SentencePlace } from '../../protocol/corpus-reading';

/** Finds the sentence of the n-th match, counted from 0 over train, dev and test; undefined beyond the last. */
export function sentenceOfMatch(
  { bySplit }: SentenceMatches,
  match: number,
): SentencePlace | undefined {
  let rest = match;
  for (const split of SPLIT_NAMES) {
    const found = bySplit[split] ?? new Int32Array();
    if (rest < found.length) return { split, index: found[rest]! };
    rest -= found.length;
  }
  return undefined;
}

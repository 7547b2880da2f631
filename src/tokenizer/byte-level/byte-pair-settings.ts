import type { JsonObject } from '../json-object';

/** Ways to treat a byte that is no piece: an unknown piece each, one for all that stand beside each other, or nothing. */
export const UNKNOWN_BYTES = ['each', 'fused', 'dropped'] as const;

/** Merges and text preparation of a byte-level BPE tokenizer: all that it has beside its pieces. */
export interface BytePairSettings {
  /** Merges in the order of their ranks, a line each: the left and the right piece with a space between them, as in `merges.txt`. */
  merges: string;
  unknownBytes: (typeof UNKNOWN_BYTES)[number];
  /** `normalizer` of `tokenizer.json`, as it stands there. */
  normalizer: JsonObject | null;
  /** Whether a space is put before a text that begins without one; a word given by itself always gets it. */
  addPrefixSpace: boolean;
  /** Whether white space at the ends of a piece is left out of its range. */
  trimOffsets: boolean;
  /** Whether the one space of a text's first piece counts as put there, so that nothing is left out for it. */
  keepsFirstSpace: boolean;
}

import { FILE_LIMITS } from '../ner/file-limits';
import type { AddedPiece } from '../tokenizer/added-pieces';
import { type BytePairSettings, UNKNOWN_BYTES } from '../tokenizer/byte-level/byte-pair-settings';
import { readMerges } from '../tokenizer/byte-level/merges';
import type { JsonObject } from '../tokenizer/json-object';
import type { SpecialPieces } from '../tokenizer/tokenizer';
import { normalizerSteps } from '../tokenizer/preparation/normalizer-steps';
import { preTokenizerSteps } from '../tokenizer/preparation/pre-tokenizer-steps';
import type { TextPreparation } from '../tokenizer/preparation/text-preparation';
import type { KeptTokenizer, TokenizerKindName } from '../tokenizer/tokenizer-kinds';
import { boolean, type Check, integer, listOf, object, oneOf, text } from './checked-json';

/** Length of as many merges as a file may have pieces, 2²⁰, at eight characters each. */
const LONGEST_MERGES = 2 ** 23;

const MAX_ADDED_PIECES = 10_000;
/** Brackets, commas and colons of as many added pieces, 15 each. */
export const MAX_ADDED_SIGNS = 16 * MAX_ADDED_PIECES;

const name = text(FILE_LIMITS.nameCharacters);

/** Checks the pieces that were added to a tokenizer. */
export const checkAddedPieces = listOf(
  object<AddedPiece>(
    { content: name, id: integer(0, 2 ** 20), normalized: boolean, inVocabulary: boolean },
    { singleWord: boolean, leftStrip: boolean, rightStrip: boolean },
  ),
  MAX_ADDED_PIECES,
);

/** Checks the names of the special pieces. */
export const checkSpecialPieces = object<SpecialPieces>(
  { classifier: name, separator: name, padding: name, unknown: name },
  {},
);

/** Checks that a part of a `tokenizer.json` is an object or null. */
export const jsonObject: Check<JsonObject | null> = (value, path) => {
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject | null;
  throw new Error(`${path} should be an object or null`);
};

const preparation = object<TextPreparation>(
  { normalizer: jsonObject, preTokenizer: jsonObject },
  {},
);

const bytePairs = object<BytePairSettings>(
  {
    merges: text(LONGEST_MERGES),
    unknownBytes: oneOf(UNKNOWN_BYTES),
    normalizer: jsonObject,
    addPrefixSpace: boolean,
    trimOffsets: boolean,
    keepsFirstSpace: boolean,
  },
  {},
);

/** Checks the preparation of WordPiece's texts read from a file; steps that are not known are refused by name. */
export const checkTextPreparation: Check<TextPreparation> = (value, path) => {
  const checked = preparation(value, path);
  normalizerSteps(checked.normalizer);
  preTokenizerSteps(checked.preTokenizer);
  return checked;
};

/** Checks the settings of byte-level BPE read from a file. */
export const checkBytePairSettings: Check<BytePairSettings> = (value, path) => {
  const checked = bytePairs(value, path);
  normalizerSteps(checked.normalizer);
  return checked;
};

/** Checks that a tokenizer has the settings of its own kind and of no other, and that its merges fit its pieces. */
export function checkKindSettings(kept: KeptTokenizer): void {
  const { tokenizerKind = 'word-piece', vocabulary, addedPieces = [], bytePairs: settings } = kept;
  const expectKind = (field: keyof KeptTokenizer, kind: TokenizerKindName) => {
    if (kept[field] !== undefined && tokenizerKind !== kind)
      throw new Error(`${field} should not be there for a tokenizer of the kind ${tokenizerKind}`);
  };
  expectKind('bytePairs', 'byte-level-bpe');
  expectKind('wordPiece', 'word-piece');
  if (tokenizerKind !== 'byte-level-bpe') return;
  if (!settings) throw new Error('bytePairs should be there for a byte-level BPE tokenizer');
  const outside = addedPieces.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id]));
  readMerges(settings.merges, vocabulary, new Set(outside));
}

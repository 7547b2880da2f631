import type { AddedPiece } from './added-pieces';
import { readByteLevelFiles } from './byte-level/byte-level-files';
import { ByteLevelTokenizer } from './byte-level/byte-level-tokenizer';
import type { BytePairSettings } from './byte-level/byte-pair-settings';
import type { JsonObject } from './json-object';
import { PreparedTokenizer } from './prepared-tokenizer';
import type { TextPreparation } from './preparation/text-preparation';
import { findSpecialIds } from './special-pieces';
import type { SpecialIds, SpecialPieces, Tokenizer } from './tokenizer';
import type { TokenizerFiles } from './tokenizer-files';
import { readUnigramFiles } from './unigram/unigram-files';
import { UnigramModel } from './unigram/unigram-model';
import type { UnigramSettings } from './unigram/unigram-settings';
import { createWordPiece } from './word-piece/create-word-piece';
import { specialIdsOfWordPiece } from './word-piece/vocabulary';
import { readVocabularyFiles } from './word-piece/vocabulary-files';

/** Names of the kinds, as records and files keep them: one for each row of `TOKENIZER_KINDS`. */
export const TOKENIZER_KIND_NAMES = ['word-piece', 'unigram', 'byte-level-bpe'] as const;
export type TokenizerKindName = (typeof TOKENIZER_KIND_NAMES)[number];

/** Kind of tokenizers whose record names none. */
const FIRST_KIND = 'word-piece';

/** A tokenizer as an encoder's record and an exported file keep it. */
export interface KeptTokenizer {
  /** Kind of the tokenizer; absent, it is WordPiece. */
  tokenizerKind?: TokenizerKindName;
  /** Pieces in the order of their ids, added ones among them. */
  vocabulary: readonly string[];
  lowercase: boolean;
  /** Pieces that were added after training; absent where there are none. */
  addedPieces?: readonly AddedPiece[];
  /** Names of the special pieces; absent, they are [CLS], [SEP], [PAD] and [UNK] in WordPiece, <s>, </s>, <pad> and <unk> in the other kinds. */
  specialPieces?: SpecialPieces;
  /** Scores and text preparation of a Unigram tokenizer; absent in the other kinds. */
  unigram?: UnigramSettings;
  /** Merges and text preparation of a byte-level BPE tokenizer; absent in the other kinds. */
  bytePairs?: BytePairSettings;
  /** Text preparation of a WordPiece tokenizer; absent where it is what BERT does by its case, and in the other kinds. */
  wordPiece?: TextPreparation;
}

/** A tokenizer as its files describe it, without its kind. */
export interface TokenizerFields extends Omit<KeptTokenizer, 'tokenizerKind' | 'vocabulary'> {
  /** Pieces in the order of their ids; empty where an id has no piece. */
  pieces: string[];
  addedPieces?: AddedPiece[];
  /** Sentences about what is doubtful in the files and how it is read; absent where there are none. */
  doubts?: string[];
}

/** One kind of tokenizer: how it is known in a folder, read from it, and made again from what was kept. */
export interface TokenizerKind {
  /** `model.type` in `tokenizer.json`. */
  readonly modelType: string;
  /** Tells whether a folder without `tokenizer.json` has the kind's own files. */
  isIn(files: TokenizerFiles): boolean;
  /** Reads the tokenizer files of a Hugging Face folder. @throws for a setting that would give other pieces than ours. */
  read(files: TokenizerFiles): TokenizerFields;
  /** Finds the special pieces, at little cost. @throws naming those that the vocabulary lacks. */
  specialIds(kept: KeptTokenizer): SpecialIds;
  /** Makes the tokenizer. @throws where the vocabulary is not one of such a tokenizer. */
  create(kept: KeptTokenizer): Tokenizer;
}

/** The kinds that are read here. A folder whose kind is not among them is refused by the first, BERT's own. */
const TOKENIZER_KINDS: Readonly<Record<TokenizerKindName, TokenizerKind>> = {
  'word-piece': {
    modelType: 'WordPiece',
    isIn: ({ vocabulary }) => vocabulary !== undefined,
    read: readVocabularyFiles,
    specialIds: ({ vocabulary, specialPieces }) => specialIdsOfWordPiece(vocabulary, specialPieces),
    create: createWordPiece,
  },
  unigram: {
    modelType: 'Unigram',
    isIn: ({ sentencePiece }) => sentencePiece !== undefined,
    read: readUnigramFiles,
    specialIds: ({ vocabulary, specialPieces }) => findSpecialIds(vocabulary, specialPieces),
    create({ vocabulary, addedPieces = [], specialPieces, unigram }) {
      if (!unigram) throw lacks('scores', 'Unigram');
      const specialIds = findSpecialIds(vocabulary, specialPieces);
      const { unknownId } = specialIds;
      const model = new UnigramModel(vocabulary, { ...unigram, unknownId });
      return new PreparedTokenizer(vocabulary, {
        ...{ model, preparation: unigram, specialIds, addedPieces },
      });
    },
  },
  'byte-level-bpe': {
    modelType: 'BPE',
    isIn: ({ pieceIds, merges }) => pieceIds !== undefined && merges !== undefined,
    read: readByteLevelFiles,
    specialIds: ({ vocabulary, specialPieces }) => findSpecialIds(vocabulary, specialPieces),
    create({ vocabulary, addedPieces = [], specialPieces, bytePairs }) {
      if (!bytePairs) throw lacks('merges', 'byte-level BPE');
      const specialIds = findSpecialIds(vocabulary, specialPieces);
      return new ByteLevelTokenizer(vocabulary, { settings: bytePairs, specialIds, addedPieces });
    },
  },
};

function lacks(what: string, kind: string): Error {
  return new Error(
    `The ${what} of the ${kind} tokenizer are missing, so no text can be cut into pieces; import the encoder again.`,
  );
}

/** A tokenizer as its files describe it, with its kind where it is not the first. */
export type TokenizerDescription = TokenizerFields & Pick<KeptTokenizer, 'tokenizerKind'>;

/** Reads the tokenizer files of a Hugging Face folder. @throws for a kind that is not read, or a setting that is not supported. */
export function readTokenizerFiles(files: TokenizerFiles): TokenizerDescription {
  const type = modelTypeOf(files.tokenizer);
  const tokenizerKind =
    TOKENIZER_KIND_NAMES.find((name) =>
      files.tokenizer === undefined
        ? TOKENIZER_KINDS[name].isIn(files)
        : TOKENIZER_KINDS[name].modelType === type,
    ) ?? FIRST_KIND;
  const described = TOKENIZER_KINDS[tokenizerKind].read(files);
  return tokenizerKind === FIRST_KIND ? described : { ...described, tokenizerKind };
}

/**
 * Makes a tokenizer from what was kept of it.
 *
 * @example createTokenizer(encoder).encodeWord('Wien') // [10042]
 * @throws where the vocabulary is not one of such a tokenizer.
 */
export function createTokenizer(kept: KeptTokenizer): Tokenizer {
  return TOKENIZER_KINDS[kept.tokenizerKind ?? FIRST_KIND].create(kept);
}

/** Finds the special pieces of what was kept of a tokenizer, without making it. @throws naming those that the vocabulary lacks. */
export function specialIdsOf(kept: KeptTokenizer): SpecialIds {
  return TOKENIZER_KINDS[kept.tokenizerKind ?? FIRST_KIND].specialIds(kept);
}

/** Reads `model.type`, which old files of BPE leave out; undefined where there is no such file, or it is no JSON, of which the kind's own reader tells. */
function modelTypeOf(tokenizer: string | undefined): unknown {
  try {
    const json = JSON.parse(tokenizer ?? '') as { model?: JsonObject } | null;
    return json?.model?.['type'] ?? (json?.model?.['merges'] && 'BPE');
  } catch {
    return undefined;
  }
}

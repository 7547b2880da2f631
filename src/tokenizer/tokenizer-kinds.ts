import type { AddedPiece } from './added-pieces';
import type { SpecialIds, SpecialPieces, Tokenizer } from './tokenizer';
import { readUnigramFiles } from './unigram/unigram-files';
import type { UnigramSettings } from './unigram/unigram-settings';
import { specialIdsOfUnigram } from './unigram/unigram-special-pieces';
import { UnigramTokenizer } from './unigram/unigram-tokenizer';
import { specialIdsOfWordPiece, Vocabulary } from './word-piece/vocabulary';
import { readVocabularyFiles, type VocabularyFiles } from './word-piece/vocabulary-files';
import { WordPieceTokenizer } from './word-piece/word-piece';

/** Names of the kinds, as records and files keep them: one for each row of `TOKENIZER_KINDS`. */
export const TOKENIZER_KIND_NAMES = ['word-piece', 'unigram'] as const;
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
  /** Names of the special pieces; absent, they are [CLS], [SEP], [PAD] and [UNK] in WordPiece, <s>, </s>, <pad> and <unk> in Unigram. */
  specialPieces?: SpecialPieces;
  /** Scores and text preparation of a Unigram tokenizer; absent in the other kinds. */
  unigram?: UnigramSettings;
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
  /** Reads the tokenizer files of a Hugging Face folder. @throws for a setting that would give other pieces than ours. */
  read(files: VocabularyFiles): TokenizerFields;
  /** Finds the special pieces, at little cost. @throws naming those that the vocabulary lacks. */
  specialIds(kept: KeptTokenizer): SpecialIds;
  /** Makes the tokenizer. @throws where the vocabulary is not one of such a tokenizer. */
  create(kept: KeptTokenizer): Tokenizer;
}

/** The kinds that are read here. A folder whose kind is not among them is refused by the first, BERT's own. */
const TOKENIZER_KINDS: Readonly<Record<TokenizerKindName, TokenizerKind>> = {
  'word-piece': {
    modelType: 'WordPiece',
    read: readVocabularyFiles,
    specialIds: ({ vocabulary }) => specialIdsOfWordPiece(vocabulary),
    create({ vocabulary, lowercase, addedPieces = [] }) {
      const outside = addedPieces.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id]));
      return new WordPieceTokenizer(new Vocabulary(vocabulary, new Set(outside)), {
        lowercase,
        addedPieces,
      });
    },
  },
  unigram: {
    modelType: 'Unigram',
    read: readUnigramFiles,
    specialIds: ({ vocabulary, specialPieces }) => specialIdsOfUnigram(vocabulary, specialPieces),
    create({ vocabulary, addedPieces = [], specialPieces, unigram }) {
      if (!unigram) {
        throw new Error(
          'The scores of the Unigram tokenizer are missing, so no text can be cut into pieces; import the encoder again.',
        );
      }
      const specialIds = specialIdsOfUnigram(vocabulary, specialPieces);
      return new UnigramTokenizer(vocabulary, { settings: unigram, specialIds, addedPieces });
    },
  },
};

/** A tokenizer as its files describe it, with its kind where it is not the first. */
export type TokenizerDescription = TokenizerFields & Pick<KeptTokenizer, 'tokenizerKind'>;

/** Reads the tokenizer files of a Hugging Face folder. @throws for a kind that is not read, or a setting that is not supported. */
export function readTokenizerFiles(files: VocabularyFiles): TokenizerDescription {
  const type = modelTypeOf(files.tokenizer);
  const tokenizerKind =
    TOKENIZER_KIND_NAMES.find((name) => TOKENIZER_KINDS[name].modelType === type) ?? FIRST_KIND;
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

/** Reads `model.type`; undefined where there is no such file, or it is no JSON, of which the kind's own reader tells. */
function modelTypeOf(tokenizer: string | undefined): unknown {
  try {
    const json = JSON.parse(tokenizer ?? '') as { model?: { type?: unknown } } | null;
    return json?.model?.type;
  } catch {
    return undefined;
  }
}

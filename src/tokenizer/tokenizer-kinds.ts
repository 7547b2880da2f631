import type { AddedPiece } from './added-pieces';
import type { Tokenizer } from './tokenizer';
import { Vocabulary } from './word-piece/vocabulary';
import {
  readVocabularyFiles,
  type VocabularyFiles,
  type WordPieceDescription,
} from './word-piece/vocabulary-files';
import { WordPieceTokenizer } from './word-piece/word-piece';

/** Names of the kinds, as records and files keep them: one for each row of `TOKENIZER_KINDS`. */
export const TOKENIZER_KIND_NAMES = ['word-piece'] as const;
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
}

/**
 * Takes the fields of a tokenizer out of an encoder's record or folder; no other place lists them.
 *
 * @example keptTokenizer(encoder) // { vocabulary: ['[PAD]', …], lowercase: true }
 */
export function keptTokenizer<Kept extends KeptTokenizer>({
  tokenizerKind,
  vocabulary,
  lowercase,
  addedPieces,
}: Kept): Pick<Kept, keyof KeptTokenizer> {
  return {
    ...{ vocabulary, lowercase },
    ...(tokenizerKind ? { tokenizerKind } : {}),
    ...(addedPieces ? { addedPieces } : {}),
  };
}

/** One kind of tokenizer: how it is known in a folder, read from it, and made again from what was kept. */
export interface TokenizerKind {
  /** `model.type` in `tokenizer.json`. */
  readonly modelType: string;
  /** Reads the tokenizer files of a Hugging Face folder. @throws for a setting that would give other pieces than ours. */
  read(files: VocabularyFiles): WordPieceDescription;
  /** Makes the tokenizer. @throws where the vocabulary is not one of such a tokenizer. */
  create(kept: KeptTokenizer): Tokenizer;
}

/** The kinds that are read here. A folder whose kind is not among them is refused by the first, BERT's own. */
const TOKENIZER_KINDS = {
  'word-piece': {
    modelType: 'WordPiece',
    read: readVocabularyFiles,
    create({ vocabulary, lowercase, addedPieces = [] }) {
      const outside = addedPieces.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id]));
      return new WordPieceTokenizer(new Vocabulary(vocabulary, new Set(outside)), {
        lowercase,
        addedPieces,
      });
    },
  },
} as const satisfies Record<TokenizerKindName, TokenizerKind>;

/** A tokenizer as its files describe it, with its kind where it is not the first. */
export type TokenizerDescription = WordPieceDescription & Pick<KeptTokenizer, 'tokenizerKind'>;

/** Reads the tokenizer files of a Hugging Face folder. @throws for a kind that is not read, or a setting that is not supported. */
export function readTokenizerFiles(files: VocabularyFiles): TokenizerDescription {
  const kinds: Readonly<Record<TokenizerKindName, TokenizerKind>> = TOKENIZER_KINDS;
  const type = modelTypeOf(files.tokenizer);
  const tokenizerKind =
    TOKENIZER_KIND_NAMES.find((name) => kinds[name].modelType === type) ?? FIRST_KIND;
  const described = kinds[tokenizerKind].read(files);
  const isFirst: boolean = tokenizerKind === FIRST_KIND;
  return isFirst ? described : { ...described, tokenizerKind };
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

/** Reads `model.type`; undefined where there is no such file, or it is no JSON, of which the kind's own reader tells. */
function modelTypeOf(tokenizer: string | undefined): unknown {
  try {
    const json = JSON.parse(tokenizer ?? '') as { model?: { type?: unknown } } | null;
    return json?.model?.type;
  } catch {
    return undefined;
  }
}

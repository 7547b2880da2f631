import { PieceTrie } from '../piece-trie';
import type { SpecialIds, SpecialPieces } from '../tokenizer';

/** How BERT calls its special pieces. */
export const BERT_SPECIAL_PIECES: Readonly<SpecialPieces> = {
  classifier: '[CLS]',
  separator: '[SEP]',
  padding: '[PAD]',
  unknown: '[UNK]',
};
const BERT_MASK = '[MASK]';

/** Lists the special pieces that a WordPiece vocabulary must have: BERT's five, or the four that its files name. */
export function specialNamesOf(specialPieces: SpecialPieces | undefined): readonly string[] {
  const { unknown, classifier, separator, padding } = specialPieces ?? BERT_SPECIAL_PIECES;
  const names = [unknown, classifier, separator, padding];
  return specialPieces ? names : [...names, BERT_MASK];
}

export interface VocabularyOptions {
  /** Ids of pieces that were added to the tokenizer and that WordPiece itself does not know. */
  outside?: ReadonlySet<number>;
  /** Names of the special pieces; absent, they are BERT's. */
  specialPieces?: SpecialPieces | undefined;
}

const CONTINUATION_PREFIX = '##';
/** Roots of the two kinds of piece: one begins a word, the other continues it (`##`). */
const BEGINS_WORD = 1;
const CONTINUES_WORD = 2;

/**
 * The pieces of a WordPiece tokenizer; a piece's id is its place in the list.
 *
 * @throws when one of the special pieces is missing or stands there twice.
 */
export class Vocabulary {
  readonly pieces: readonly string[];
  readonly unknownId: number;
  readonly classifierId: number;
  readonly separatorId: number;
  readonly paddingId: number;
  /** Names of the pieces that stand for no text; written in a text, they are taken for themselves. */
  readonly specialNames: readonly string[];
  readonly #ids = new Map<string, number>();
  readonly #trie: PieceTrie;

  constructor(
    pieces: readonly string[],
    { outside = new Set(), specialPieces }: VocabularyOptions = {},
  ) {
    this.pieces = pieces;
    this.#trie = new PieceTrie(
      pieces.reduce((sum, piece) => sum + (continuesWord(piece) ? 2 : 1) * piece.length, 0),
      CONTINUES_WORD,
    );
    pieces.forEach((piece, id) => {
      if (outside.has(id)) return;
      this.#ids.set(piece, id); // the last of equal pieces wins, as in Hugging Face's readers
      if (continuesWord(piece))
        this.#trie.add(CONTINUES_WORD, piece.slice(CONTINUATION_PREFIX.length), id);
      // A word may begin with ## itself where no pre-tokenizer cuts at punctuation.
      if (piece !== '') this.#trie.add(BEGINS_WORD, piece, id);
    });
    this.specialNames = specialNamesOf(specialPieces);
    const ids = specialIdsOfWordPiece(pieces, specialPieces);
    this.unknownId = ids.unknownId;
    this.classifierId = ids.classifierId;
    this.separatorId = ids.separatorId;
    this.paddingId = ids.paddingId;
  }

  /** Finds the id of a piece as it is written in the vocabulary, `##` included. */
  idOf(piece: string): number | undefined {
    return this.#ids.get(piece);
  }

  /** Finds the id of the longest piece that stands at `from` in a normalized word, or -1; from > 0 asks for pieces with `##`. */
  longestPieceAt(word: string, from: number): number {
    return this.#trie.longestAt(from === 0 ? BEGINS_WORD : CONTINUES_WORD, word, from);
  }

  /** Counts the UTF-16 units of a word that a piece found at `from` stands for: its length without `##`, which the first may spell out. */
  lengthOf(id: number, from: number): number {
    const piece = this.pieces[id]!;
    return from > 0 && continuesWord(piece)
      ? piece.length - CONTINUATION_PREFIX.length
      : piece.length;
  }
}

function continuesWord(piece: string): boolean {
  return piece.startsWith(CONTINUATION_PREFIX) && piece.length > CONTINUATION_PREFIX.length;
}

/** Finds the special pieces of a WordPiece tokenizer. @throws when one is missing or stands there twice. */
export function specialIdsOfWordPiece(
  pieces: readonly string[],
  specialPieces?: SpecialPieces,
): SpecialIds {
  assertSpecialPieces(pieces, specialNamesOf(specialPieces));
  const { classifier, separator, padding, unknown } = specialPieces ?? BERT_SPECIAL_PIECES;
  return {
    classifierId: pieces.indexOf(classifier),
    separatorId: pieces.indexOf(separator),
    paddingId: pieces.indexOf(padding),
    unknownId: pieces.indexOf(unknown),
  };
}

function assertSpecialPieces(pieces: readonly string[], names: readonly string[]): void {
  const problems = names.flatMap((special) => {
    const count = pieces.filter((piece) => piece === special).length;
    if (count === 1) return [];
    return [count === 0 ? `${special} is missing` : `${special} stands there ${count} times`];
  });
  if (problems.length === 0) return;
  throw new Error(
    `The vocabulary (${pieces.length} pieces) is not one of a BERT encoder: ${problems.join(', ')}; ` +
      'each special piece must occur once. Use the vocab.txt or tokenizer.json that belongs to the encoder.',
  );
}

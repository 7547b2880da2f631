import { PieceTrie } from '../piece-trie';
import type { SpecialIds } from '../tokenizer';

const SPECIAL_PIECES = ['[UNK]', '[CLS]', '[SEP]', '[PAD]', '[MASK]'] as const;
const CONTINUATION_PREFIX = '##';
/** Roots of the two kinds of piece: one begins a word, the other continues it (`##`). */
const BEGINS_WORD = 1;
const CONTINUES_WORD = 2;

/**
 * The pieces of a WordPiece tokenizer; a piece's id is its place in the list.
 *
 * @throws when one of BERT's five special pieces is missing or stands there twice.
 */
export class Vocabulary {
  readonly pieces: readonly string[];
  readonly unknownId: number;
  readonly classifierId: number;
  readonly separatorId: number;
  readonly paddingId: number;
  readonly maskId: number;
  readonly #ids = new Map<string, number>();
  readonly #trie: PieceTrie;

  /** @param outside ids of pieces that were added to the tokenizer and that WordPiece itself does not know. */
  constructor(pieces: readonly string[], outside: ReadonlySet<number> = new Set()) {
    this.pieces = pieces;
    this.#trie = new PieceTrie(
      pieces.reduce((sum, piece) => sum + piece.length, 0),
      CONTINUES_WORD,
    );
    pieces.forEach((piece, id) => {
      if (outside.has(id)) return;
      this.#ids.set(piece, id); // the last of equal pieces wins, as in Hugging Face's readers
      if (continuesWord(piece))
        this.#trie.add(CONTINUES_WORD, piece.slice(CONTINUATION_PREFIX.length), id);
      else if (piece !== '') this.#trie.add(BEGINS_WORD, piece, id);
    });
    assertSpecialPieces(pieces);
    const specialId = (piece: (typeof SPECIAL_PIECES)[number]) => this.#ids.get(piece)!;
    this.unknownId = specialId('[UNK]');
    this.classifierId = specialId('[CLS]');
    this.separatorId = specialId('[SEP]');
    this.paddingId = specialId('[PAD]');
    this.maskId = specialId('[MASK]');
  }

  /** Finds the id of a piece as it is written in the vocabulary, `##` included. */
  idOf(piece: string): number | undefined {
    return this.#ids.get(piece);
  }

  /** Finds the id of the longest piece that stands at `from` in a normalized word, or -1; from > 0 asks for pieces with `##`. */
  longestPieceAt(word: string, from: number): number {
    return this.#trie.longestAt(from === 0 ? BEGINS_WORD : CONTINUES_WORD, word, from);
  }

  /** Counts the UTF-16 units of a word that a piece stands for: its length without `##`. */
  lengthOf(id: number): number {
    const piece = this.pieces[id]!;
    return continuesWord(piece) ? piece.length - CONTINUATION_PREFIX.length : piece.length;
  }

  /** The five pieces that stand for no text; written in a text, they are taken for themselves. */
  static readonly specialPieces: readonly string[] = SPECIAL_PIECES;
}

function continuesWord(piece: string): boolean {
  return piece.startsWith(CONTINUATION_PREFIX) && piece.length > CONTINUATION_PREFIX.length;
}

/** Finds the special pieces of a WordPiece tokenizer. @throws when one of BERT's five is missing or stands there twice. */
export function specialIdsOfWordPiece(pieces: readonly string[]): SpecialIds {
  assertSpecialPieces(pieces);
  return {
    classifierId: pieces.indexOf('[CLS]'),
    separatorId: pieces.indexOf('[SEP]'),
    paddingId: pieces.indexOf('[PAD]'),
    unknownId: pieces.indexOf('[UNK]'),
  };
}

function assertSpecialPieces(pieces: readonly string[]): void {
  const problems = SPECIAL_PIECES.flatMap((special) => {
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

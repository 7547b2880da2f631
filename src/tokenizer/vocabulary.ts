const SPECIAL_PIECES = ['[UNK]', '[CLS]', '[SEP]', '[PAD]', '[MASK]'] as const;
const CONTINUATION_PREFIX = '##';

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
  /** UTF-16 length of the longest piece, its `##` not counted. */
  readonly longestPiece: number;
  readonly #ids = new Map<string, number>();
  /** Ids of the pieces that continue a word, without their `##`: no string is joined while matching. */
  readonly #continuationIds = new Map<string, number>();

  constructor(pieces: readonly string[]) {
    this.pieces = pieces;
    let longestPiece = 0;
    pieces.forEach((piece, id) => {
      this.#ids.set(piece, id); // the last of equal pieces wins, as in Hugging Face's readers
      const continues = piece.startsWith(CONTINUATION_PREFIX) && piece.length > 2;
      if (continues) this.#continuationIds.set(piece.slice(2), id);
      longestPiece = Math.max(longestPiece, continues ? piece.length - 2 : piece.length);
    });
    this.longestPiece = longestPiece;
    assertSpecialPieces(pieces);
    const specialId = (piece: (typeof SPECIAL_PIECES)[number]) => this.#ids.get(piece)!;
    this.unknownId = specialId('[UNK]');
    this.classifierId = specialId('[CLS]');
    this.separatorId = specialId('[SEP]');
    this.paddingId = specialId('[PAD]');
    this.maskId = specialId('[MASK]');
  }

  /** Id of a piece as it is written in the vocabulary, `##` included. */
  idOf(piece: string): number | undefined {
    return this.#ids.get(piece);
  }

  /** Id of the piece that continues a word with `text`: of `##text`. */
  idOfContinuation(text: string): number | undefined {
    return this.#continuationIds.get(text);
  }

  /** The five pieces that stand for no text; written in a text, they are taken for themselves. */
  static readonly specialPieces: readonly string[] = SPECIAL_PIECES;
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

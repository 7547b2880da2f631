import { PieceFinder, type AddedPiece, type FoundPiece } from './added-pieces';
import { pushPiece, type TextEncoding } from './encoding';
import { TextCache } from './text-cache';
import type { Tokenizer } from './tokenizer';

/** Pieces that are looked for as a whole, before anything else. */
export interface WholePieces {
  /** Pieces that stand in the raw text as they are, such as `[MASK]`; an added piece's own settings count before them. */
  raw: readonly FoundPiece[];
  added: readonly AddedPiece[];
  /** Normalizes the content of an added piece that is looked for in the normalized text. */
  normalize: (content: string) => string;
}

/** Part that all kinds of tokenizer share: it cuts a text at the pieces that are looked for as a whole, and remembers corpus words. */
export abstract class WholePieceTokenizer implements Tokenizer {
  abstract readonly vocabulary: Tokenizer['vocabulary'];
  /** Finder of added pieces in the normalized text; undefined where there are none. */
  protected readonly normalizedPieces: PieceFinder | undefined;
  /** Finder of pieces in the raw text. */
  readonly #rawPieces: PieceFinder;
  readonly #words = new TextCache<readonly number[]>((word) => this.encodeText(word).pieceIds);

  constructor({ raw, added, normalize }: WholePieces) {
    this.#rawPieces = new PieceFinder([
      ...raw.filter(({ content }) => !added.some((piece) => piece.content === content)),
      ...added.filter(({ normalized }) => !normalized),
    ]);
    const normalized = added
      .filter((piece) => piece.normalized)
      .map((piece) => ({ ...piece, content: normalize(piece.content) }));
    this.normalizedPieces = normalized.length > 0 ? new PieceFinder(normalized) : undefined;
  }

  encodeText(text: string): TextEncoding {
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    let from = 0;
    for (const { id, start, end } of this.#rawPieces.find(text)) {
      this.encodeBetween(text, from, start, encoding);
      pushPiece(encoding, id, start, end);
      from = end;
    }
    this.encodeBetween(text, from, text.length, encoding);
    return encoding;
  }

  encodeWord(word: string): readonly number[] {
    return this.#words.get(word);
  }

  /** Encodes text[from, to), which holds no piece that is looked for in the raw text, and adds its pieces to `encoding`. */
  protected abstract encodeBetween(
    text: string,
    from: number,
    to: number,
    encoding: TextEncoding,
  ): void;
}

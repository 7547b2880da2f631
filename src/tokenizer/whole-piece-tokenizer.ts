import { PieceFinder, type AddedPiece, type FoundPiece, type FoundRange } from './added-pieces';
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

/** A text in work: its pieces so far, and what decides on the next ones. */
export interface EncodingGoal {
  encoding: TextEncoding;
  /** Whether the text is a corpus word given by itself. */
  isWord: boolean;
  /** Indices of the pieces that were found as a whole. */
  wholePieces: Set<number>;
}

/** Part that all kinds of tokenizer share: it cuts a text at the pieces that are looked for as a whole, and remembers corpus words. */
export abstract class WholePieceTokenizer implements Tokenizer {
  abstract readonly vocabulary: Tokenizer['vocabulary'];
  /** Finder of added pieces in the normalized text; undefined where there are none. */
  protected readonly normalizedPieces: PieceFinder | undefined;
  /** Finder of pieces in the raw text. */
  readonly #rawPieces: PieceFinder;
  readonly #words = new TextCache<readonly number[]>(
    (word) => this.#encode(word, true).encoding.pieceIds,
  );

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
    return this.finishText(text, this.#encode(text, false));
  }

  encodeWord(word: string): readonly number[] {
    return this.#words.get(word);
  }

  #encode(text: string, isWord: boolean): EncodingGoal {
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    const goal: EncodingGoal = { encoding, isWord, wholePieces: new Set() };
    let from = 0;
    for (const found of this.#rawPieces.find(text)) {
      this.encodeBetween(text, from, found.start, goal);
      pushWholePiece(goal, found);
      from = found.end;
    }
    this.encodeBetween(text, from, text.length, goal);
    return goal;
  }

  /** Does what is left once all pieces of a text are known. */
  protected finishText(_text: string, { encoding }: EncodingGoal): TextEncoding {
    return encoding;
  }

  /** Encodes text[from, to), which holds no piece that is looked for in the raw text, and adds its pieces to the encoding. */
  protected abstract encodeBetween(
    text: string,
    from: number,
    to: number,
    goal: EncodingGoal,
  ): void;
}

/** Adds a piece that was found as a whole. */
export function pushWholePiece(
  { encoding, wholePieces }: EncodingGoal,
  { id, start, end }: FoundRange,
): void {
  wholePieces.add(encoding.pieceIds.length);
  pushPiece(encoding, id, start, end);
}

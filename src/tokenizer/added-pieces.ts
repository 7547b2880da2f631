/** A piece that is looked for as a whole, and how (Hugging Face's `AddedToken`). */
export interface FoundPiece {
  content: string;
  id: number;
  /** Whether it counts only where no letter or digit stands beside it. */
  singleWord?: boolean;
  /** White space before it belongs to it. */
  leftStrip?: boolean;
  /** White space after it belongs to it. */
  rightStrip?: boolean;
}

/** A piece that was added to a tokenizer after it was trained. */
export interface AddedPiece extends FoundPiece {
  /** Whether it is looked for in the normalized text, so in any case where the model is uncased; else in the raw text. */
  normalized: boolean;
  /** Whether it is also a piece of WordPiece's own vocabulary, so that words may be cut into it. */
  inVocabulary: boolean;
}

export interface FoundRange {
  id: number;
  start: number;
  end: number;
}

const WORD_AT_END = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const WORD_AT_START = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const SPACE = /\p{White_Space}/u;

/** Finds whole pieces as Hugging Face's added vocabulary does: from the left, the longest at each place. */
export class PieceFinder {
  readonly #pieces: ReadonlyMap<string, FoundPiece>;
  readonly #pattern: RegExp | undefined;

  constructor(pieces: readonly FoundPiece[]) {
    const found = pieces.filter(({ content }) => content !== '');
    this.#pieces = new Map(found.map((piece) => [piece.content, piece]));
    const alternatives = [...this.#pieces.keys()]
      .sort((a, b) => b.length - a.length)
      .map((content) => content.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    if (alternatives.length > 0) this.#pattern = new RegExp(alternatives.join('|'), 'gu');
  }

  /** Finds the pieces of a text, in order; their ranges do not overlap. */
  *find(text: string): Generator<FoundRange> {
    if (!this.#pattern) return;
    let after = 0;
    for (const match of text.matchAll(this.#pattern)) {
      const { id, singleWord, leftStrip, rightStrip } = this.#pieces.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
      if (singleWord && hasNeighbour(text, start, end)) continue;
      if (leftStrip) while (start > after && SPACE.test(text[start - 1]!)) start--;
      if (rightStrip) while (end < text.length && SPACE.test(text[end]!)) end++;
      yield { id, start, end };
      after = end;
    }
  }
}

/** Says whether a letter or digit stands beside a range. Two units hold any character; half of a surrogate pair is no letter. */
function hasNeighbour(text: string, start: number, end: number): boolean {
  return (
    WORD_AT_END.test(text.slice(Math.max(0, start - 2), start)) ||
    WORD_AT_START.test(text.slice(end, end + 2))
  );
}

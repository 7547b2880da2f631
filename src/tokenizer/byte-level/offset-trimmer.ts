import { sizeAt } from '../preparation/aligned-text';
import type { EncodingGoal } from '../whole-piece-tokenizer';

const LEADING = /^[Ġ\p{White_Space}]+/u;
const TRAILING = /[Ġ\p{White_Space}]+$/u;

/** Counts of the characters that are left out at both ends of a piece. */
type Margins = readonly [leading: number, trailing: number];

/**
 * Leaves white space at the ends of pieces out of their ranges, as Hugging Face's `trim_offsets` does: one character for each sign of a space
 * in the piece, whatever stands in the text. A piece that was found as a whole has the signs of the text, the white space that it takes among
 * them.
 */
export class OffsetTrimmer {
  /** Margins of each piece, by its id. */
  readonly #margins: readonly (Margins | undefined)[];
  readonly #keepsFirstSpace: boolean;

  /** @param keepsFirstSpace whether the one space of the first piece counts as put before the text. */
  constructor(pieces: readonly string[], keepsFirstSpace: boolean) {
    this.#margins = pieces.map(marginsOf);
    this.#keepsFirstSpace = keepsFirstSpace;
  }

  /** Changes the ranges of the pieces of a text. */
  trim(text: string, { encoding, wholePieces }: EncodingGoal): void {
    const { pieceIds, starts, ends } = encoding;
    for (let i = 0; i < pieceIds.length; i++) {
      const margins = wholePieces.has(i)
        ? marginsOf(text.slice(starts[i], ends[i]))
        : this.#margins[pieceIds[i]!];
      if (!margins) continue;
      const [leading, trailing] = margins;
      const isFirst = i === 0 || starts[i] === 0;
      if (leading > 0 && !(isFirst && this.#keepsFirstSpace && leading === 1)) {
        starts[i] = Math.min(behind(text, starts[i]!, leading), ends[i]!);
      }
      const end = before(text, ends[i]!, trailing);
      if (end >= 0) ends[i] = Math.max(end, starts[i]!);
    }
  }
}

/** Counts the signs of white space at both ends; undefined where there are none. */
function marginsOf(piece: string): Margins | undefined {
  const leading = LEADING.exec(piece)?.[0].length ?? 0;
  const trailing = TRAILING.exec(piece)?.[0].length ?? 0;
  return leading + trailing > 0 ? [leading, trailing] : undefined;
}

/** Finds the place that many characters behind another. */
function behind(text: string, from: number, characters: number): number {
  let at = from;
  for (let i = 0; i < characters && at < text.length; i++) at += sizeAt(text, at);
  return at;
}

/** Finds the place that many characters before another, or -1. */
function before(text: string, from: number, characters: number): number {
  let at = from;
  for (let i = 0; i < characters; i++) at -= at > 1 && sizeAt(text, at - 2) === 2 ? 2 : 1;
  return at;
}

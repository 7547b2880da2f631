import { pushPiece, type TextEncoding } from '../encoding';
import { PieceTrie } from '../piece-trie';

/** How much less likely than the least likely piece a character is that no piece has; natural logarithm. */
const UNKNOWN_PENALTY = 10;
const ROOT = 1;

export interface UnigramModelOptions {
  /** Log probability of each piece, by its id. Pieces behind the last score are not the model's own. */
  scores: ArrayLike<number>;
  unknownId: number;
  /** Whether unknown characters become pieces of their UTF-8 bytes, `<0xE6>`, where the vocabulary has all of these. */
  byteFallback?: boolean;
}

/**
 * Cuts a text into the pieces whose probabilities have the largest product (Kudo 2018, "Subword Regularization", §3.2), by Viterbi's
 * algorithm, as Hugging Face's Rust tokenizer does: equal sums keep the path whose last piece is longer; unknown characters beside each
 * other are one piece.
 */
export class UnigramModel {
  readonly #trie: PieceTrie;
  readonly #scores: Float64Array;
  readonly #unknownId: number;
  readonly #unknownScore: number;
  /** Piece of each byte; undefined where bytes are no pieces. */
  readonly #byteIds: readonly number[] | undefined;
  /** Best sum of scores of the text up to each unit, and the last piece on its path: where it starts, and its id. */
  #sums = new Float64Array(256);
  #from = new Int32Array(256);
  #ids = new Int32Array(256);

  constructor(pieces: readonly string[], options: UnigramModelOptions) {
    const own = pieces.slice(0, options.scores.length);
    this.#trie = new PieceTrie(
      own.reduce((sum, piece) => sum + piece.length, 0),
      ROOT,
    );
    own.forEach((piece, id) => {
      if (piece !== '') this.#trie.add(ROOT, piece, id);
    });
    this.#scores = Float64Array.from(options.scores);
    this.#unknownId = options.unknownId;
    this.#unknownScore =
      this.#scores.reduce((lowest, score) => Math.min(lowest, score), Infinity) - UNKNOWN_PENALTY;
    if (options.byteFallback) {
      this.#byteIds = Array.from({ length: 256 }, (_, byte) =>
        this.idOf(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
      );
    }
  }

  /** Finds the id of one of the model's own pieces, or -1. */
  idOf(piece: string): number {
    let node = ROOT;
    for (let i = 0; node > 0 && i < piece.length; i++) {
      node = this.#trie.child(node, piece.charCodeAt(i));
    }
    return node > 0 ? this.#trie.pieceAt(node) : -1;
  }

  /**
   * Cuts a text; pieces of bytes share the range of the characters that they spell.
   *
   * @param text without lone surrogates
   */
  encode(text: string): TextEncoding {
    this.#findBestPaths(text);
    const encoded: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    // From the last piece to the first.
    for (let end = text.length; end > 0;) {
      const id = this.#ids[end]!;
      let start = this.#from[end]!;
      if (id === this.#unknownId) {
        while (start > 0 && this.#ids[start] === id) start = this.#from[start]!;
        const bytes = this.#bytePieces(text.slice(start, end)) ?? [id];
        for (const byteId of bytes.reverse()) pushPiece(encoded, byteId, start, end);
      } else {
        pushPiece(encoded, id, start, end);
      }
      end = start;
    }
    encoded.pieceIds.reverse();
    encoded.starts.reverse();
    encoded.ends.reverse();
    return encoded;
  }

  #findBestPaths(text: string): void {
    const length = text.length;
    if (length >= this.#sums.length) {
      this.#sums = new Float64Array(2 * length);
      this.#from = new Int32Array(2 * length);
      this.#ids = new Int32Array(2 * length);
    }
    const sums = this.#sums;
    const from = this.#from;
    const ids = this.#ids;
    const trie = this.#trie;
    from.fill(-1, 0, length + 1);
    sums[0] = 0;
    for (let start = 0; start < length;) {
      const sum = sums[start]!;
      const unit = text.charCodeAt(start);
      const next = start + (unit >= 0xd800 && unit < 0xdc00 ? 2 : 1);
      let isKnown = false;
      let node = trie.child(ROOT, unit);
      for (let end = start + 1; node > 0; end++) {
        const id = trie.pieceAt(node);
        if (id >= 0) {
          const candidate = this.#scores[id]! + sum;
          if (from[end]! < 0 || candidate > sums[end]!) {
            sums[end] = candidate;
            from[end] = start;
            ids[end] = id;
          }
          if (end === next) isKnown = true;
        }
        if (end === length) break;
        node = trie.child(node, text.charCodeAt(end));
      }
      if (!isKnown) {
        const candidate = this.#unknownScore + sum;
        if (from[next]! < 0 || candidate > sums[next]!) {
          sums[next] = candidate;
          from[next] = start;
          ids[next] = this.#unknownId;
        }
      }
      start = next;
    }
  }

  /** Spells an unknown text in pieces of bytes; undefined where one of them is no piece. */
  #bytePieces(text: string): number[] | undefined {
    const byteIds = this.#byteIds;
    // An unknown piece written out in the text is a piece, not unknown text.
    if (!byteIds || this.idOf(text) >= 0) return undefined;
    const ids = Array.from(new TextEncoder().encode(text), (byte) => byteIds[byte]!);
    return ids.includes(-1) ? undefined : ids;
  }
}

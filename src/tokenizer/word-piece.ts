import type { TextEncoding } from './encoding';
import { matchPieces } from './match-pieces';
import { ASCII_CLASSES, IN_WORD, PUNCTUATION, SPACE } from './normalize-character';
import { ChunkNormalizer } from './normalize-chunk';
import { Vocabulary } from './vocabulary';

export interface WordPieceOptions {
  /** Uncased: lowercase and strip accents. */
  lowercase: boolean;
  /** Pieces of the vocabulary that are looked for in the raw text before anything else, as `[MASK]` is. */
  neverSplit?: readonly string[];
}

const CACHED_ENTRIES = 50_000;
const CACHED_LENGTH = 64;
const PLAIN = /^[A-Za-z0-9]+$/;

/**
 * BERT's basic tokenizer and WordPiece with exact offsets, equal in ids and offsets to Hugging Face's Rust tokenizer
 * (`BertNormalizer`, `BertPreTokenizer`, `WordPiece`). Known difference: where Unicode's canonical order swaps an accent that is
 * stripped with a mark that stays (seen only in random strings of rare scripts), Rust's offsets move to the neighbour.
 *
 * A text is cut at ASCII white space and punctuation into chunks that do not influence one another; a chunk seen before costs
 * one look-up.
 */
export class WordPieceTokenizer {
  readonly vocabulary: Vocabulary;
  readonly lowercase: boolean;
  readonly #neverSplit: RegExp;
  /** Piece of each ASCII punctuation character, by code. */
  readonly #punctuationIds: Int32Array;
  readonly #normalizer: ChunkNormalizer;
  readonly #chunks = new Map<string, TextEncoding>();
  readonly #words = new Map<string, readonly number[]>();

  /** @throws when a never-split piece is not in the vocabulary. */
  constructor(vocabulary: Vocabulary, options: WordPieceOptions) {
    this.vocabulary = vocabulary;
    this.lowercase = options.lowercase;
    this.#normalizer = new ChunkNormalizer(options.lowercase);
    this.#neverSplit = neverSplitPattern(vocabulary, options.neverSplit ?? []);
    this.#punctuationIds = Int32Array.from(
      ASCII_CLASSES,
      (_, code) => vocabulary.idOf(String.fromCharCode(code)) ?? vocabulary.unknownId,
    );
  }

  /** Pieces of a text with their offsets; a piece covers the characters it was made of, dropped ones between them included. */
  encodeText(text: string): TextEncoding {
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    let from = 0;
    for (const match of text.matchAll(this.#neverSplit)) {
      this.#encodeRange(text, from, match.index, encoding);
      from = match.index + match[0].length;
      pushPiece(encoding, this.vocabulary.idOf(match[0])!, match.index, from);
    }
    this.#encodeRange(text, from, text.length, encoding);
    return encoding;
  }

  /** Piece ids of one corpus word, tokenized on its own: what `is_split_into_words` means. The array is shared; do not change it. */
  encodeWord(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known) return known;
    const { pieceIds } = this.encodeText(word);
    remember(this.#words, word, pieceIds);
    return pieceIds;
  }

  /** Encodes text[from, to), which holds no never-split piece. */
  #encodeRange(text: string, from: number, to: number, encoding: TextEncoding): void {
    let at = from;
    while (at < to) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? ASCII_CLASSES[code] : IN_WORD;
      if (kind === SPACE) {
        at++;
      } else if (kind === PUNCTUATION) {
        pushPiece(encoding, this.#punctuationIds[code]!, at, at + 1);
        at++;
      } else {
        const start = at++;
        while (at < to && !endsChunk(text.charCodeAt(at))) at++;
        const chunk = this.#encodeChunk(text.slice(start, at));
        for (let i = 0; i < chunk.pieceIds.length; i++) {
          pushPiece(encoding, chunk.pieceIds[i]!, start + chunk.starts[i]!, start + chunk.ends[i]!);
        }
      }
    }
  }

  #encodeChunk(chunk: string): TextEncoding {
    const known = this.#chunks.get(chunk);
    if (known) return known;
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    if (PLAIN.test(chunk)) {
      // Most chunks: one word whose characters stay where they are.
      const word = this.lowercase ? chunk.toLowerCase() : chunk;
      const { pieceIds, ends } = matchPieces(word, this.vocabulary);
      encoding.pieceIds = pieceIds;
      encoding.starts = [0, ...ends.slice(0, -1)];
      encoding.ends = ends;
    } else {
      for (const word of this.#normalizer.normalize(chunk)) {
        const matched = matchPieces(word.text, this.vocabulary);
        let start = 0;
        matched.ends.forEach((end, i) => {
          pushPiece(encoding, matched.pieceIds[i]!, word.starts[start]!, word.ends[end - 1]!);
          start = end;
        });
      }
    }
    if (chunk.length <= CACHED_LENGTH) remember(this.#chunks, chunk, encoding);
    return encoding;
  }
}

function endsChunk(code: number): boolean {
  if (code >= 128) return false;
  const kind = ASCII_CLASSES[code];
  return kind === SPACE || kind === PUNCTUATION;
}

function pushPiece(encoding: TextEncoding, id: number, start: number, end: number): void {
  encoding.pieceIds.push(id);
  encoding.starts.push(start);
  encoding.ends.push(end);
}

/** A full cache is emptied: rarer and simpler than choosing what to forget. */
function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value): void {
  if (cache.size >= CACHED_ENTRIES) cache.clear();
  cache.set(key, value);
}

/** Matches the longest piece at the leftmost place, as Hugging Face's added vocabulary does. */
function neverSplitPattern(vocabulary: Vocabulary, neverSplit: readonly string[]): RegExp {
  const missing = neverSplit.filter((piece) => vocabulary.idOf(piece) === undefined);
  if (missing.length > 0) {
    throw new Error(
      `Never-split pieces must be in the vocabulary; ${missing.map((piece) => `"${piece}"`).join(', ')} ` +
        'are not. Leave them out, or use a vocabulary that has them.',
    );
  }
  const alternatives = [...Vocabulary.specialPieces, ...neverSplit]
    .filter((piece) => piece !== '')
    .sort((a, b) => b.length - a.length)
    .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(alternatives.join('|'), 'gu');
}

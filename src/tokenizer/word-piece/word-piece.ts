import { PieceFinder, type AddedPiece, type FoundPiece } from '../added-pieces';
import type { TextEncoding } from '../encoding';
import type { Tokenizer } from '../tokenizer';
import { matchPieces } from './match-pieces';
import { ASCII_CLASSES, IN_WORD, PUNCTUATION, SPACE } from '../text/normalize-character';
import { ChunkNormalizer } from '../text/normalize-chunk';
import { normalizeText } from '../text/normalize-text';
import { Vocabulary } from './vocabulary';

export interface WordPieceOptions {
  /** Uncased: lowercase and strip accents. */
  lowercase: boolean;
  /** Pieces of the vocabulary that are looked for in the raw text before anything else, as `[MASK]` is. */
  neverSplit?: readonly string[];
  /** Pieces that were added to the tokenizer: they are looked for as each of them says. */
  addedPieces?: readonly AddedPiece[];
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
export class WordPieceTokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;
  readonly lowercase: boolean;
  /** Finder of pieces in the raw text. */
  readonly #rawPieces: PieceFinder;
  /** Finder of added pieces in the normalized text; undefined where there are none. */
  readonly #normalizedPieces: PieceFinder | undefined;
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
    const added = options.addedPieces ?? [];
    this.#rawPieces = new PieceFinder([
      ...wholePieces(vocabulary, options.neverSplit ?? [], added),
      ...added.filter(({ normalized }) => !normalized),
    ]);
    const normalized = added
      .filter((piece) => piece.normalized)
      .map((piece) => ({
        ...piece,
        content: normalizeText(piece.content, options.lowercase).text,
      }));
    this.#normalizedPieces = normalized.length > 0 ? new PieceFinder(normalized) : undefined;
    this.#punctuationIds = Int32Array.from(
      ASCII_CLASSES,
      (_, code) => vocabulary.idOf(String.fromCharCode(code)) ?? vocabulary.unknownId,
    );
  }

  /** Encodes a text with offsets; a piece covers the characters it was made of, dropped ones between them included. */
  encodeText(text: string): TextEncoding {
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    let from = 0;
    for (const { id, start, end } of this.#rawPieces.find(text)) {
      this.#encodeBetween(text, from, start, encoding);
      pushPiece(encoding, id, start, end);
      from = end;
    }
    this.#encodeBetween(text, from, text.length, encoding);
    return encoding;
  }

  /** Encodes one corpus word by itself: what `is_split_into_words` means. The array is shared; do not change it. */
  encodeWord(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known) return known;
    const { pieceIds } = this.encodeText(word);
    if (word.length <= CACHED_LENGTH) remember(this.#words, word, pieceIds);
    return pieceIds;
  }

  /** Encodes text[from, to), which holds no piece that is looked for in the raw text. */
  #encodeBetween(text: string, from: number, to: number, encoding: TextEncoding): void {
    let at = from;
    if (this.#normalizedPieces) {
      const normalized = normalizeText(text.slice(from, to), this.lowercase);
      for (const { id, start, end } of this.#normalizedPieces.find(normalized.text)) {
        const own = from + normalized.starts[start]!;
        this.#encodeRange(text, at, own, encoding);
        at = from + normalized.ends[end - 1]!;
        pushPiece(encoding, id, own, at);
      }
    }
    this.#encodeRange(text, at, to, encoding);
  }

  /** Encodes text[from, to), which holds no piece that is looked for as a whole. */
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

/** Keeps a value. A full cache is emptied: rarer and simpler than choosing what to forget. */
function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value): void {
  if (cache.size >= CACHED_ENTRIES) cache.clear();
  cache.set(key, value);
}

/** Lists BERT's special pieces and those of `neverSplit`, which stand in the raw text as they are; an added piece's own settings count before them. */
function wholePieces(
  vocabulary: Vocabulary,
  neverSplit: readonly string[],
  added: readonly AddedPiece[],
): FoundPiece[] {
  const missing = neverSplit.filter((piece) => vocabulary.idOf(piece) === undefined);
  if (missing.length > 0) {
    throw new Error(
      `Never-split pieces must be in the vocabulary; ${missing.map((piece) => `"${piece}"`).join(', ')} ` +
        'are not. Leave them out, or use a vocabulary that has them.',
    );
  }
  return [...Vocabulary.specialPieces, ...neverSplit]
    .filter((content) => !added.some((piece) => piece.content === content))
    .map((content) => ({ content, id: vocabulary.idOf(content)! }));
}

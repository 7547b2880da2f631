import type { AddedPiece, FoundPiece } from '../added-pieces';
import { pushPart, pushPiece, type TextEncoding } from '../encoding';
import { TextCache } from '../text-cache';
import { type EncodingGoal, WholePieceTokenizer } from '../whole-piece-tokenizer';
import { matchPieces } from './match-pieces';
import {
  ASCII_CLASSES,
  type CharacterRules,
  IN_WORD,
  PUNCTUATION,
  SPACE,
} from '../text/normalize-character';
import { ChunkNormalizer } from '../text/normalize-chunk';
import { normalizeText } from '../text/normalize-text';
import type { Vocabulary } from './vocabulary';

export interface WordPieceOptions extends Pick<CharacterRules, 'lowercase' | 'chineseCharacters'> {
  /** Whether accents are stripped; absent, they are where the text is lowercased. */
  stripAccents?: boolean;
  /** Pieces of the vocabulary that are looked for in the raw text before anything else, as `[MASK]` is. */
  neverSplit?: readonly string[];
  /** Pieces that were added to the tokenizer: they are looked for as each of them says. */
  addedPieces?: readonly AddedPiece[];
}

const PLAIN = /^[A-Za-z0-9]+$/;

/**
 * BERT's basic tokenizer and WordPiece with exact offsets, equal in ids and offsets to Hugging Face's Rust tokenizer
 * (`BertNormalizer`, `BertPreTokenizer`, `WordPiece`). Known difference: where Unicode's canonical order swaps an accent that is
 * stripped with a mark that stays (seen only in random strings of rare scripts), Rust's offsets move to the neighbour.
 *
 * A text is cut at ASCII white space and punctuation into chunks that do not influence one another; a chunk seen before costs
 * one look-up.
 */
export class WordPieceTokenizer extends WholePieceTokenizer {
  readonly vocabulary: Vocabulary;
  readonly #rules: CharacterRules;
  /** Piece of each ASCII punctuation character, by code. */
  readonly #punctuationIds: Int32Array;
  readonly #normalizer: ChunkNormalizer;
  readonly #chunks = new TextCache((chunk) => this.#encodeChunk(chunk));

  /** @throws when a never-split piece is not in the vocabulary. */
  constructor(vocabulary: Vocabulary, options: WordPieceOptions) {
    const { lowercase, stripAccents = lowercase, chineseCharacters = true } = options;
    const rules = { lowercase, stripAccents, chineseCharacters };
    super({
      raw: wholePieces(vocabulary, options.neverSplit ?? []),
      added: options.addedPieces ?? [],
      normalize: (content) => normalizeText(content, rules).text,
    });
    this.vocabulary = vocabulary;
    this.#rules = rules;
    this.#normalizer = new ChunkNormalizer(rules);
    this.#punctuationIds = Int32Array.from(
      ASCII_CLASSES,
      (_, code) => vocabulary.idOf(String.fromCharCode(code)) ?? vocabulary.unknownId,
    );
  }

  protected encodeBetween(
    text: string,
    from: number,
    to: number,
    { encoding }: EncodingGoal,
  ): void {
    let at = from;
    if (this.normalizedPieces) {
      const normalized = normalizeText(text.slice(from, to), this.#rules);
      for (const { id, start, end } of this.normalizedPieces.find(normalized.text)) {
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
        pushPart(encoding, this.#chunks.get(text.slice(start, at)), start);
      }
    }
  }

  #encodeChunk(chunk: string): TextEncoding {
    // Most chunks: one word whose characters stay where they are.
    if (PLAIN.test(chunk)) {
      const word = this.#rules.lowercase ? chunk.toLowerCase() : chunk;
      return matchPieces(word, this.vocabulary);
    }
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    for (const word of this.#normalizer.normalize(chunk)) {
      const { pieceIds, starts, ends } = matchPieces(word.text, this.vocabulary);
      for (let i = 0; i < pieceIds.length; i++) {
        pushPiece(encoding, pieceIds[i]!, word.starts[starts[i]!]!, word.ends[ends[i]! - 1]!);
      }
    }
    return encoding;
  }
}

function endsChunk(code: number): boolean {
  if (code >= 128) return false;
  const kind = ASCII_CLASSES[code];
  return kind === SPACE || kind === PUNCTUATION;
}

/** Lists the special pieces and those of `neverSplit`. */
function wholePieces(vocabulary: Vocabulary, neverSplit: readonly string[]): FoundPiece[] {
  const missing = neverSplit.filter((piece) => vocabulary.idOf(piece) === undefined);
  if (missing.length > 0) {
    throw new Error(
      `Never-split pieces must be in the vocabulary; ${missing.map((piece) => `"${piece}"`).join(', ')} ` +
        'are not. Leave them out, or use a vocabulary that has them.',
    );
  }
  return [...vocabulary.specialNames, ...neverSplit].map((content) => ({
    content,
    id: vocabulary.idOf(content)!,
  }));
}

import type { AddedPiece } from './added-pieces';
import { pushPart, pushPiece, type TextEncoding } from './encoding';
import { type AlignedText, sliceOf } from './preparation/aligned-text';
import { isJoined } from './preparation/grapheme-classes';
import type { NormalizerStep } from './preparation/normalizer-step';
import { normalize, normalizerSteps } from './preparation/normalizer-steps';
import { type PreTokenizerStep, preTokenizerSteps } from './preparation/pre-tokenizer-steps';
import type { TextPreparation } from './preparation/text-preparation';
import { TextCache } from './text-cache';
import type { SpecialIds } from './tokenizer';
import { type EncodingGoal, WholePieceTokenizer } from './whole-piece-tokenizer';

/** Cuts a prepared part of a text, mostly a word, into pieces, each with its UTF-16 units in it. */
export interface PieceModel {
  /** @param text without lone surrogates */
  encode(text: string): TextEncoding;
}

export interface PreparedOptions {
  model: PieceModel;
  preparation: TextPreparation;
  specialIds: SpecialIds;
  /** Names of the pieces that are found in the raw text as they are; absent, they are the special ones. */
  rawPieces?: readonly string[];
  addedPieces?: readonly AddedPiece[];
}

const WHITE_SPACE = /\p{White_Space}/u;

/** A word between spaces, the space before it included; undefined where what it becomes depends on its neighbours. */
type Chunk = TextEncoding | undefined;

/**
 * A tokenizer that prepares a text step by step, with exact offsets, as `tokenizer.json` states it, and cuts what comes out by a model: equal in ids
 * and offsets to Hugging Face's Rust tokenizer with the same normalizer, pre-tokenizer and model.
 *
 * A text is cut at spaces into chunks that do not influence one another; a chunk seen before costs one look-up. The whole
 * text is encoded at once if one of them might.
 */
export class PreparedTokenizer extends WholePieceTokenizer {
  readonly vocabulary: SpecialIds & { readonly pieces: readonly string[] };
  readonly #model: PieceModel;
  readonly #normalizer: readonly NormalizerStep[];
  readonly #preTokenizer: readonly PreTokenizerStep[];
  readonly #isLocal: boolean;
  readonly #chunks = new TextCache((chunk) => this.#encodeChunk(chunk));

  /** @throws where the normalizer or the pre-tokenizer has a part that is not known. */
  constructor(
    pieces: readonly string[],
    { model, preparation, specialIds, rawPieces, addedPieces = [] }: PreparedOptions,
  ) {
    const normalizer = normalizerSteps(preparation.normalizer);
    const raw = rawPieces ?? Object.values<number>({ ...specialIds }).map((id) => pieces[id]!);
    super({
      raw: raw.map((content) => ({ content, id: pieces.indexOf(content) })),
      added: addedPieces,
      normalize: (content) => normalize(normalizer, content).text,
    });
    this.vocabulary = { pieces, ...specialIds };
    this.#model = model;
    this.#normalizer = normalizer;
    this.#preTokenizer = preTokenizerSteps(preparation.preTokenizer);
    const steps = [...this.#normalizer, ...this.#preTokenizer];
    this.#isLocal =
      !this.normalizedPieces &&
      this.#preTokenizer.length > 0 &&
      steps.every(({ isLocal }) => isLocal);
  }

  protected encodeBetween(
    text: string,
    from: number,
    to: number,
    { encoding }: EncodingGoal,
  ): void {
    if (from === to) return;
    if (this.#isLocal && this.#encodeChunks(text, from, to, encoding)) return;
    const normalized = normalize(this.#normalizer, text, from, to);
    let at = 0;
    for (const { id, start, end } of this.normalizedPieces?.find(normalized.text) ?? []) {
      this.#encodePart(sliceOf(normalized, at, start), encoding);
      pushPiece(encoding, id, normalized.starts[start]!, normalized.ends[end - 1]!);
      at = end;
    }
    // Uncut, a text keeps where it began, also where its first characters were dropped.
    const rest = at === 0 ? normalized : sliceOf(normalized, at, normalized.text.length);
    this.#encodePart(rest, encoding);
  }

  /** Encodes text[from, to) chunk by chunk; nothing is encoded, and false returned, where a chunk depends on its neighbours. */
  #encodeChunks(text: string, from: number, to: number, encoding: TextEncoding): boolean {
    const known = encoding.pieceIds.length;
    for (let start = from; start < to;) {
      const next = text.indexOf(' ', start + 1);
      const end = next < 0 || next > to ? to : next;
      const chunk = this.#chunks.get(text.slice(start, end));
      if (!chunk) {
        encoding.pieceIds.length = encoding.starts.length = encoding.ends.length = known;
        return false;
      }
      pushPart(encoding, chunk, start);
      start = end;
    }
    return true;
  }

  #encodeChunk(chunk: string): Chunk {
    const normalized = normalize(this.#normalizer, chunk);
    if (!isIndependent(chunk, normalized)) return undefined;
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    this.#encodePart(normalized, encoding);
    return encoding;
  }

  /** Encodes a normalized text, which holds no piece that is looked for as a whole. */
  #encodePart(normalized: AlignedText, encoding: TextEncoding): void {
    let parts = normalized.text === '' ? [] : [normalized];
    for (const step of this.#preTokenizer) parts = parts.flatMap((part) => step.split(part));
    for (const { text, starts, ends } of parts) {
      const pieces = this.#model.encode(text);
      for (let i = 0; i < pieces.pieceIds.length; i++) {
        const end = ends[pieces.ends[i]! - 1]!;
        pushPiece(encoding, pieces.pieceIds[i]!, starts[pieces.starts[i]!]!, end);
      }
    }
  }
}

/**
 * Says whether a chunk becomes the same pieces wherever it stands: after at most one space it begins with a character that joins nothing
 * before it, its first and last characters stay, and there is no white space in it, as it came or normalized.
 */
function isIndependent(chunk: string, { text, starts, ends }: AlignedText): boolean {
  const own = chunk.startsWith(' ') ? 1 : 0;
  if (chunk.length === own || text.length <= own || (own === 1 && text[0] !== ' ')) return false;
  return (
    starts[own] === own &&
    ends.at(-1) === chunk.length &&
    !isJoined(chunk.codePointAt(own)!) &&
    !WHITE_SPACE.test(chunk.slice(own)) &&
    !WHITE_SPACE.test(text.slice(own))
  );
}

import { type AddedPiece, PieceFinder } from '../added-pieces';
import type { TextEncoding } from '../encoding';
import type { SpecialIds, Tokenizer } from '../tokenizer';
import { type AlignedText, alignedText, sliceOf } from './aligned-text';
import { isJoined } from './grapheme-classes';
import { type NormalizerStep, normalizerSteps } from './normalizer-steps';
import { type PreTokenizerStep, preTokenizerSteps } from './pre-tokenizer-steps';
import { UnigramModel } from './unigram-model';
import type { UnigramSettings } from './unigram-settings';

export interface UnigramOptions {
  settings: UnigramSettings;
  specialIds: SpecialIds;
  addedPieces?: readonly AddedPiece[];
}

const CACHED_ENTRIES = 50_000;
const CACHED_LENGTH = 64;
const WHITE_SPACE = /\p{White_Space}/u;

/** A word between spaces, the space before it included; undefined where what it becomes depends on its neighbours. */
type Chunk = TextEncoding | undefined;

/**
 * SentencePiece's Unigram tokenizer with exact offsets, equal in ids and offsets to Hugging Face's Rust tokenizer with the normalizer and
 * the pre-tokenizer of the same `tokenizer.json`.
 *
 * A text is cut at spaces into chunks that do not influence one another; a chunk seen before costs one look-up. The whole
 * text is encoded at once if one of them might.
 */
export class UnigramTokenizer implements Tokenizer {
  readonly vocabulary: SpecialIds & { readonly pieces: readonly string[] };
  readonly #model: UnigramModel;
  readonly #normalizer: readonly NormalizerStep[];
  readonly #preTokenizer: readonly PreTokenizerStep[];
  /** Finder of pieces in the raw text. */
  readonly #rawPieces: PieceFinder;
  /** Finder of added pieces in the normalized text; undefined where there are none. */
  readonly #normalizedPieces: PieceFinder | undefined;
  readonly #isLocal: boolean;
  readonly #chunks = new Map<string, Chunk>();
  readonly #words = new Map<string, readonly number[]>();

  /** @throws where the normalizer or the pre-tokenizer has a part that is not known. */
  constructor(
    pieces: readonly string[],
    { settings, specialIds, addedPieces = [] }: UnigramOptions,
  ) {
    this.vocabulary = { pieces, ...specialIds };
    this.#model = new UnigramModel(pieces, { ...settings, unknownId: specialIds.unknownId });
    this.#normalizer = normalizerSteps(settings.normalizer);
    this.#preTokenizer = preTokenizerSteps(settings.preTokenizer);
    const specials = Object.values<number>({ ...specialIds })
      .map((id) => ({ content: pieces[id]!, id }))
      .filter(({ content }) => !addedPieces.some((piece) => piece.content === content));
    this.#rawPieces = new PieceFinder([
      ...specials,
      ...addedPieces.filter(({ normalized }) => !normalized),
    ]);
    const normalized = addedPieces
      .filter((piece) => piece.normalized)
      .map((piece) => ({ ...piece, content: this.#normalize(piece.content, 0).text }));
    this.#normalizedPieces = normalized.length > 0 ? new PieceFinder(normalized) : undefined;
    const steps = [...this.#normalizer, ...this.#preTokenizer];
    this.#isLocal =
      !this.#normalizedPieces &&
      this.#preTokenizer.length > 0 &&
      steps.every(({ isLocal }) => isLocal);
  }

  /** Encodes a text with offsets; a piece covers the characters it was made of, the space before it included where the model has it so. */
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
    remember(this.#words, word, pieceIds);
    return pieceIds;
  }

  /** Encodes text[from, to), which holds no piece that is looked for in the raw text. */
  #encodeBetween(text: string, from: number, to: number, encoding: TextEncoding): void {
    if (from === to) return;
    if (this.#isLocal && this.#encodeChunks(text, from, to, encoding)) return;
    const normalized = this.#normalize(text, from, to);
    let at = 0;
    for (const { id, start, end } of this.#normalizedPieces?.find(normalized.text) ?? []) {
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
      const chunk = this.#encodeChunk(text.slice(start, end));
      if (!chunk) {
        encoding.pieceIds.length = encoding.starts.length = encoding.ends.length = known;
        return false;
      }
      for (let i = 0; i < chunk.pieceIds.length; i++) {
        pushPiece(encoding, chunk.pieceIds[i]!, start + chunk.starts[i]!, start + chunk.ends[i]!);
      }
      start = end;
    }
    return true;
  }

  #encodeChunk(chunk: string): Chunk {
    const known = this.#chunks.get(chunk);
    if (known || this.#chunks.has(chunk)) return known;
    const normalized = this.#normalize(chunk, 0);
    let encoding: Chunk;
    if (isIndependent(chunk, normalized)) {
      encoding = { pieceIds: [], starts: [], ends: [] };
      this.#encodePart(normalized, encoding);
    }
    if (chunk.length <= CACHED_LENGTH) remember(this.#chunks, chunk, encoding);
    return encoding;
  }

  #normalize(text: string, from: number, to = text.length): AlignedText {
    return this.#normalizer.reduce((own, step) => step.apply(own), alignedText(text, from, to));
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

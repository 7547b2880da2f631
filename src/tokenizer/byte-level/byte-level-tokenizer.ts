import type { AddedPiece } from '../added-pieces';
import { pushPiece, type TextEncoding } from '../encoding';
import { type AlignedText, sizeAt, wellFormed } from '../preparation/aligned-text';
import type { NormalizerStep } from '../preparation/normalizer-step';
import { normalize, normalizerSteps } from '../preparation/normalizer-steps';
import { TextCache } from '../text-cache';
import type { SpecialIds } from '../tokenizer';
import { type EncodingGoal, pushWholePiece, WholePieceTokenizer } from '../whole-piece-tokenizer';
import { BytePairModel } from './byte-pair-model';
import type { BytePairSettings } from './byte-pair-settings';
import { endOfWord } from './gpt2-words';
import { OffsetTrimmer } from './offset-trimmer';

export interface ByteLevelOptions {
  settings: BytePairSettings;
  specialIds: SpecialIds;
  addedPieces?: readonly AddedPiece[];
}

/** Part of a text without pieces that are looked for as a whole, and where its units stand in the text. */
interface Segment {
  text: string;
  /** Offset of its first unit in the text, or in `aligned` where that is there. */
  offset: number;
  /** Text after normalization that it is a part of; absent where nothing is normalized. */
  aligned?: AlignedText | undefined;
}

/**
 * The byte-level BPE tokenizer of GPT-2 and RoBERTa with exact offsets, equal in ids and offsets to Hugging Face's Rust tokenizer (`ByteLevel`,
 * `BPE`, `RobertaProcessing`). Pieces that share a character, of which each has some bytes, all have its whole range.
 *
 * A corpus word by itself always gets a space before it, as `is_split_into_words` wants it: `transformers` refuses such words for a tokenizer
 * that was made without `add_prefix_space`. In a sentence a word stands behind a space, and so it is the piece that the encoder knows; only
 * the first word of a sentence would have none there.
 */
export class ByteLevelTokenizer extends WholePieceTokenizer {
  readonly vocabulary: SpecialIds & { readonly pieces: readonly string[] };
  readonly #addPrefixSpace: boolean;
  readonly #normalizer: readonly NormalizerStep[];
  readonly #model: BytePairModel;
  readonly #trimmer: OffsetTrimmer | undefined;
  readonly #words = new TextCache((word) => this.#model.encode(word));

  /** @throws where the normalizer has a part that is not known, or a merge does not fit the pieces. */
  constructor(
    pieces: readonly string[],
    { settings, specialIds, addedPieces = [] }: ByteLevelOptions,
  ) {
    const normalizer = normalizerSteps(settings.normalizer);
    super({
      raw: Object.values<number>({ ...specialIds }).map((id) => ({ content: pieces[id]!, id })),
      added: addedPieces,
      normalize: (content) => normalize(normalizer, content).text,
    });
    this.vocabulary = { pieces, ...specialIds };
    this.#addPrefixSpace = settings.addPrefixSpace;
    this.#normalizer = normalizer;
    const outside = addedPieces.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id]));
    this.#model = new BytePairModel(pieces, {
      ...settings,
      unknownId: specialIds.unknownId,
      outside: new Set(outside),
    });
    if (settings.trimOffsets) this.#trimmer = new OffsetTrimmer(pieces, settings.keepsFirstSpace);
  }

  protected override finishText(text: string, goal: EncodingGoal): TextEncoding {
    this.#trimmer?.trim(text, goal);
    return goal.encoding;
  }

  protected encodeBetween(text: string, from: number, to: number, goal: EncodingGoal): void {
    const aligned =
      this.#normalizer.length > 0 ? normalize(this.#normalizer, text, from, to) : undefined;
    const own = aligned?.text ?? wellFormed(text.slice(from, to));
    const offset = aligned ? 0 : from;
    let at = 0;
    for (const { id, start, end } of this.normalizedPieces?.find(own) ?? []) {
      this.#encodeSegment({ text: own.slice(at, start), offset: offset + at, aligned }, goal);
      pushWholePiece(goal, {
        id,
        start: aligned ? aligned.starts[start]! : from + start,
        end: aligned ? aligned.ends[end - 1]! : from + end,
      });
      at = end;
    }
    this.#encodeSegment({ text: own.slice(at), offset: offset + at, aligned }, goal);
  }

  #encodeSegment({ text, offset, aligned }: Segment, { encoding, isWord }: EncodingGoal): void {
    if (text === '') return;
    const isPrefixed = (isWord || this.#addPrefixSpace) && !text.startsWith(' ');
    const own = isPrefixed ? ` ${text}` : text;
    const shift = isPrefixed ? offset - 1 : offset;
    // The space that was put before it stands for its first character.
    const firstEnd = offset + sizeAt(text, 0);
    for (let at = 0; at < own.length;) {
      const end = endOfWord(own, at);
      const { pieceIds, starts, ends } = this.#words.get(own.slice(at, end));
      for (let i = 0; i < pieceIds.length; i++) {
        const pieceStart = Math.max(shift + at + starts[i]!, offset);
        const pieceEnd = shift + at + ends[i]!;
        const last = pieceEnd > offset ? pieceEnd : firstEnd;
        if (aligned) {
          const { starts: from, ends: to } = aligned;
          pushPiece(encoding, pieceIds[i]!, from[pieceStart]!, to[last - 1]!);
        } else {
          pushPiece(encoding, pieceIds[i]!, pieceStart, last);
        }
      }
      at = end;
    }
  }
}

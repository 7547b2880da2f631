import { base64Of } from '../tokenizer/base64';
import type { KeptTokenizer } from '../tokenizer/tokenizer-kinds';
import { normalizerSteps } from '../tokenizer/preparation/normalizer-steps';
import { preTokenizerSteps } from '../tokenizer/preparation/pre-tokenizer-steps';
import type { UnigramSettings } from '../tokenizer/unigram/unigram-settings';
import { boolean, type Check, object, text } from './checked-json';
import { jsonObject } from './tokenizer-metadata';

/** Settings as they are written: scores as base64 of little-endian numbers, f32 where these hold them exactly. */
interface WrittenSettings extends Omit<UnigramSettings, 'scores'> {
  scores32?: string;
  scores64?: string;
}

/** Base64 of as many scores as a file may have pieces, 2²⁰. */
const LONGEST_SCORES = 12 * 2 ** 20;

/** Writes the settings of a Unigram tokenizer as JSON: XLM-RoBERTa's take 1.7 MB, four fifths of them its scores. */
export function writeUnigramSettings({ scores, ...settings }: UnigramSettings): string {
  const single = Float32Array.from(scores);
  const isExact = scores.every((score, id) => single[id] === score);
  const written: WrittenSettings = {
    ...settings,
    ...(isExact
      ? { scores32: base64Of(bytesOfNumbers(single)) }
      : { scores64: base64Of(bytesOfNumbers(scores)) }),
  };
  return JSON.stringify(written);
}

/** Checks settings read from a file; steps of the text's preparation that are not known are refused by name. */
export const checkUnigramSettings: Check<UnigramSettings> = (value, path) => {
  const { scores32, scores64, ...settings } = written(value, path);
  const base64 = scores32 ?? scores64;
  if (base64 === undefined) throw new Error(`${path}.scores32 is missing`);
  const size = scores32 === undefined ? 8 : 4;
  const bytes = bytesOf(base64, `${path}.scores`);
  if (bytes.length % size !== 0)
    throw new Error(`${path}.scores should be numbers of ${size} bytes and has ${bytes.length}`);
  const scores = Float64Array.from(
    scores32 === undefined ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer),
  );
  const id = scores.findIndex((score) => !Number.isFinite(score));
  if (id >= 0)
    throw new Error(`${path}.scores should be finite numbers; piece ${id} has ${scores[id]}`);
  normalizerSteps(settings.normalizer);
  preTokenizerSteps(settings.preTokenizer);
  return { ...settings, scores };
};

/** Checks that a Unigram tokenizer, and no other, has scores, and pieces for them. */
export function checkScores(kept: KeptTokenizer): void {
  const { tokenizerKind, unigram, vocabulary, addedPieces = [] } = kept;
  const isUnigram = tokenizerKind === 'unigram';
  if (isUnigram !== (unigram !== undefined)) {
    throw new Error('unigram should be there for a Unigram tokenizer only');
  }
  const scores = unigram?.scores.length ?? 0;
  if (scores > vocabulary.length) {
    throw new Error(
      `unigram.scores has ${scores} scores, more than the ${vocabulary.length} pieces`,
    );
  }
  const wrong = addedPieces.find(({ id, inVocabulary }) => inVocabulary !== id < scores);
  if (isUnigram && wrong) {
    throw new Error(
      `addedPieces has "${wrong.content}" at ${wrong.id}, and ${scores} pieces have scores`,
    );
  }
}

const scoresText = text(LONGEST_SCORES);
const written = object<WrittenSettings>(
  { byteFallback: boolean, normalizer: jsonObject, preTokenizer: jsonObject },
  { scores32: scoresText, scores64: scoresText },
);

function bytesOfNumbers({ buffer, byteOffset, byteLength }: Float32Array | Float64Array) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function bytesOf(base64: string, path: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (error) {
    throw new Error(`${path} should be base64`, { cause: error });
  }
}

import { briefly, type JsonObject, objectOf } from '../json-object';
import { flagOf } from '../preparation/read-steps';
import type { BytePairSettings } from './byte-pair-settings';

type Parts = Pick<BytePairSettings, 'addPrefixSpace' | 'trimOffsets' | 'keepsFirstSpace'>;

/** Post-processors that trim offsets, and those that only put special pieces at the ends. */
const TRIMMING = ['ByteLevel', 'RobertaProcessing'];
const PLAIN = ['TemplateProcessing', 'BertProcessing'];

/**
 * Reads how `tokenizer.json` cuts a text into words and trims what comes out; `add_prefix_space` and `trim_offsets` of `tokenizer_config.json`
 * count before its own, as in Hugging Face.
 *
 * @throws naming the first part that is not GPT-2's or RoBERTa's.
 */
export function readByteLevelParts(tokenizer: JsonObject, settings: JsonObject): Parts {
  const [word, ...more] = stepsOf(tokenizer['pre_tokenizer'], 'pretokenizers');
  if (word?.['type'] !== 'ByteLevel' || more.length > 0) {
    throw new Error(
      `tokenizer.json: the pre_tokenizer is ${briefly(tokenizer['pre_tokenizer'] ?? null)}; with BPE only ByteLevel by itself is read`,
    );
  }
  if (!flagOf(word, 'use_regex', true)) {
    throw new Error('tokenizer.json: the pre_tokenizer ByteLevel has use_regex false');
  }
  const steps = stepsOf(tokenizer['post_processor'], 'processors');
  const other = steps.find(({ type }) => ![...TRIMMING, ...PLAIN].includes(type as string));
  if (other) {
    throw new Error(
      `tokenizer.json: the post_processor has the step ${briefly(other['type'])}; those that are read are ${[...TRIMMING, ...PLAIN].join(', ')}`,
    );
  }
  const trimming = steps.find(({ type }) => TRIMMING.includes(type as string));
  const [prefix, trim] = ['add_prefix_space', 'trim_offsets'].map((key) =>
    typeof settings[key] === 'boolean' ? settings[key] : undefined,
  );
  const isRoberta = trimming?.['type'] === 'RobertaProcessing';
  return {
    addPrefixSpace: prefix ?? flagOf(word, 'add_prefix_space', true),
    trimOffsets:
      trimming !== undefined &&
      ((isRoberta ? trim : undefined) ?? flagOf(trimming, 'trim_offsets', true)),
    keepsFirstSpace:
      (isRoberta ? prefix : undefined) ?? flagOf(trimming ?? {}, 'add_prefix_space', true),
  };
}

/** Lists the steps of a part that is one step, a Sequence of them, or none. */
function stepsOf(part: unknown, list: string): JsonObject[] {
  if (part === null || part === undefined) return [];
  const step = objectOf(part);
  const steps: unknown = step['type'] === 'Sequence' ? step[list] : undefined;
  return Array.isArray(steps) ? steps.map(objectOf) : [step];
}

import { Failure } from '../messages/failure';
import { listSome, shorten } from '../messages/shorten';
import type { BertConfig } from './bert-config';
import { FAMILY_NAMES, familyOf, type FamilyName } from './families';

/**
 * Reads Hugging Face's `config.json` of an encoder of one of the families that can be trained here.
 *
 * @param json the file's parsed content.
 * @throws one error that names every setting which is missing, impossible or not supported.
 */
export function readBertConfig(json: unknown, file = 'config.json'): BertConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Error(`${file} must be a JSON object, as Hugging Face writes it.`);
  }
  const settings = json as Record<string, unknown>;
  if (spellsSizesOtherwise(settings)) {
    throw unsupported([describeFamily(settings['model_type'])], file);
  }
  const family = findFamily(settings);
  const { firstPosition, tokenTypes, layerNormEpsilon, requiredSettings } = familyOf(
    family ? { family } : {},
  );
  const problems = family ? [] : [describeFamily(settings['model_type'])];
  for (const { key, value, absent } of requiredSettings) {
    const found = settings[key] ?? absent;
    if (found !== value)
      problems.push(`${key} is ${text(found)}, only ${text(value)} is supported`);
  }
  for (const key of ['pruned_heads', 'quantization_config']) {
    const found = settings[key];
    if (typeof found === 'object' && found !== null && Object.keys(found).length > 0) {
      problems.push(`${key} is set, which is not supported`);
    }
  }
  const size = (key: string, absent?: number): number => {
    const found = settings[key] ?? absent;
    if (Number.isInteger(found) && (found as number) > 0 && (found as number) <= 2 ** 24)
      return found as number;
    problems.push(`${key} is ${text(found)}, expected a positive whole number`);
    return 1;
  };
  const number = (
    key: string,
    absent: number,
    isAllowed: (value: number) => boolean,
    expected: string,
  ) => {
    const found = settings[key] ?? absent;
    if (typeof found === 'number' && isAllowed(found)) return found;
    problems.push(`${key} is ${text(found)}, expected ${expected}`);
    return absent;
  };
  const isRate = (value: number) => value >= 0 && value < 1;
  const config: BertConfig = {
    ...(family && family !== 'bert' ? { family } : {}),
    vocabularySize: size('vocab_size'),
    hidden: size('hidden_size'),
    layers: size('num_hidden_layers'),
    heads: size('num_attention_heads'),
    intermediate: size('intermediate_size'),
    maxPositions: size('max_position_embeddings') - firstPosition,
    tokenTypes: size('type_vocab_size', tokenTypes),
    layerNormEpsilon: number(
      'layer_norm_eps',
      layerNormEpsilon,
      (value) => value > 0 && value < 1,
      'a small number above 0',
    ),
    hiddenDropout: number('hidden_dropout_prob', 0.1, isRate, 'a rate from 0 to below 1'),
    attentionDropout: number(
      'attention_probs_dropout_prob',
      0.1,
      isRate,
      'a rate from 0 to below 1',
    ),
  };
  if (config.hidden % config.heads !== 0) {
    problems.push(
      `hidden_size ${config.hidden} does not divide by num_attention_heads ${config.heads}`,
    );
  }
  if (problems.length === 0) return config;
  throw unsupported(problems, file);
}

function findFamily({ model_type: type }: Record<string, unknown>): FamilyName | undefined {
  return FAMILY_NAMES.find((name) => name === type);
}

/** Says whether a family, such as DistilBERT, calls its sizes otherwise: all of BERT's would be called missing. */
function spellsSizesOtherwise(settings: Record<string, unknown>): boolean {
  const sizes = ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size'];
  const isOther = typeof settings['model_type'] === 'string' && !findFamily(settings);
  return isOther && sizes.every((key) => settings[key] === undefined);
}

function describeFamily(family: unknown): string {
  const known = FAMILY_NAMES.map((name) => JSON.stringify(name));
  return `model_type is ${text(family)}, only ${known.join(', ')} is supported`;
}

function unsupported(problems: readonly string[], file: string): Error {
  return new Failure(
    `${file} does not describe an encoder that can be trained here: ${listSome(problems, { most: 20, between: '; ', show: (problem) => shorten(problem, 120) })}.`,
    'Choose a plain BERT encoder, such as bert-base-cased or all-MiniLM-L6-v2.',
  );
}

function text(value: unknown): string {
  return value === undefined ? 'missing' : shorten(JSON.stringify(value));
}

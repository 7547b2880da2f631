import { ACTIVATIONS, type Activation } from '../engine/ops/activations';
import { Failure } from '../messages/failure';
import { listSome, shorten } from '../messages/shorten';
import type { BertConfig } from './bert-config';
import { FAMILY_NAMES, familyOf, REQUIRED_SETTINGS, type FamilyName } from './families';

/** Largest size that is believed. */
const LARGEST_SIZE = 2 ** 24;
/** Padding piece of RoBERTa where `config.json` does not say. */
const PADDING_ID = 1;

/** Other names that Hugging Face has for an activation. */
const ACTIVATION_NAMES: Readonly<Record<string, Activation>> = {
  ...Object.fromEntries(ACTIVATIONS.map((name) => [name, name])),
  gelu_python: 'gelu',
  gelu_fast: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
};

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
  const name = FAMILY_NAMES.find((known) => known === settings['model_type']);
  if (!name) throw unsupported([describeFamily(settings['model_type'])], file);
  const problems = findUnsupported(settings);
  const config = readSizes(settings, name, problems);
  if (problems.length === 0) return config;
  throw unsupported(problems, file);
}

/** Names the settings that would make the encoder compute what is not computed here. */
function findUnsupported(settings: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const { key, value, absent } of REQUIRED_SETTINGS) {
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
  return problems;
}

/** Reads the sizes, and adds those that are missing or impossible to the problems. */
function readSizes(
  settings: Record<string, unknown>,
  name: FamilyName,
  problems: string[],
): BertConfig {
  const family = familyOf({ family: name });
  const { settings: keys, embeddingWidth } = family;
  const whole = (key: string, least: number, expected: string, absent?: number): number => {
    const found = settings[key] ?? absent;
    const isWhole = typeof found === 'number' && Number.isInteger(found);
    if (isWhole && found >= least && found <= LARGEST_SIZE) return found;
    problems.push(`${key} is ${text(found)}, expected ${expected}`);
    return 1;
  };
  const size = (key: string, absent?: number) => whole(key, 1, 'a positive whole number', absent);
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
  const rate = (key: string) =>
    number(key, 0.1, (value) => value >= 0 && value < 1, 'a rate from 0 to below 1');
  const epsilon = (key: string) =>
    number(
      key,
      family.layerNormEpsilon,
      (value) => value > 0 && value < 1,
      'a small number above 0',
    );
  const unusedPositions = family.startsBehindPadding
    ? whole('pad_token_id', 0, 'the id of the padding piece', PADDING_ID) + 1
    : 0;
  const hidden = size(keys.hidden);
  const width = embeddingWidth === undefined ? hidden : size('embedding_size', embeddingWidth);
  const activation = readActivation(settings, keys.activation, problems);
  const positions = size('max_position_embeddings');
  if (positions <= unusedPositions) {
    problems.push(
      `max_position_embeddings is ${positions}, and positions begin at pad_token_id + 1 = ${unusedPositions}`,
    );
  }
  const config: BertConfig = {
    ...(name === 'bert' ? {} : { family: name }),
    vocabularySize: size('vocab_size'),
    ...(width === hidden ? {} : { embeddingWidth: width }),
    hidden,
    layers: size(keys.layers),
    heads: size(keys.heads),
    intermediate: size(keys.intermediate),
    ...(activation === 'gelu' ? {} : { activation }),
    maxPositions: positions - unusedPositions,
    ...(unusedPositions === 0 ? {} : { unusedPositions }),
    tokenTypes: family.tokenTypes === 0 ? 0 : size('type_vocab_size', family.tokenTypes),
    layerNormEpsilon: family.hasOwnEpsilon ? epsilon('layer_norm_eps') : family.layerNormEpsilon,
    hiddenDropout: rate(keys.hiddenDropout),
    attentionDropout: rate(keys.attentionDropout),
  };
  if (config.hidden % config.heads !== 0) {
    problems.push(
      `${keys.hidden} ${config.hidden} does not divide by ${keys.heads} ${config.heads}`,
    );
  }
  return config;
}

function readActivation(
  settings: Record<string, unknown>,
  key: string,
  problems: string[],
): Activation {
  const found = settings[key] ?? 'gelu';
  const known = typeof found === 'string' && Object.hasOwn(ACTIVATION_NAMES, found);
  if (known) return ACTIVATION_NAMES[found]!;
  problems.push(`${key} is ${text(found)}, only ${listNames(ACTIVATIONS)} are supported`);
  return 'gelu';
}

function describeFamily(family: unknown): string {
  return `model_type is ${text(family)}, only ${listNames(FAMILY_NAMES)} are supported`;
}

function listNames(names: readonly string[]): string {
  const written = names.map((name) => JSON.stringify(name));
  return `${written.slice(0, -1).join(', ')} and ${written.at(-1)}`;
}

function unsupported(problems: readonly string[], file: string): Error {
  return new Failure(
    `${file} does not describe an encoder that can be trained here: ${listSome(problems, { most: 20, between: '; ', show: (problem) => shorten(problem, 150) })}.`,
    'Choose an encoder with BERT’s layers, such as bert-base-cased, xlm-roberta-base or all-MiniLM-L6-v2.',
  );
}

function text(value: unknown): string {
  return value === undefined ? 'missing' : shorten(JSON.stringify(value));
}

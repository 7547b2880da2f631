import { Failure } from '../messages/failure';
import { listSome, shorten } from '../messages/shorten';
import type { BertConfig } from './bert-config';
import { familyOf, type EncoderFamily } from './families';
import { encoderParameterShapes } from './parameters';
import { describeNames } from './tensor-names';
import { SHARDS_TENSOR } from './word-shards';
import { WORD_TABLE_KEY } from './word-table';
import { type SafetensorsFile, WEIGHT_DTYPES } from './safetensors/safetensors';
import type { Weights, WeightTensor } from './weights';

/** The table that every BERT has once: what stands before its name stands before all of the encoder's names. */
const WORD_TABLE = 'embeddings.word_embeddings.weight';
/** Encoders whose tensors are called like BERT's and that compute otherwise. */
const OTHER_FAMILY =
  /(?:^|\.)(\w*roberta|distilbert|electra|albert|deberta|mpnet|xlm\w*|longformer)\.$/;

/** Which tensor of a file is which parameter of the encoder. */
export interface EncoderTensors {
  /** Parameter key → name in the file. */
  readonly names: ReadonlyMap<string, string>;
  /** Tensors of the file that are passed over: the pooler, heads of other tasks. */
  readonly passedOver: readonly string[];
}

/**
 * Finds the encoder's parameters in a safetensors file, by names and shapes only. Whatever stands before all of their names is taken
 * away; heads beside the encoder are passed over. A word table in shards (`WordShards`) is not among them.
 *
 * @throws one error that names missing, extra and misshapen tensors, many of a kind by their pattern.
 */
export function findEncoderTensors(file: SafetensorsFile, config: BertConfig): EncoderTensors {
  const shapes = new Map(encoderParameterShapes(config));
  const family = familyOf(config);
  const isSharded = file.tensors.has(SHARDS_TENSOR);
  if (isSharded) shapes.delete(WORD_TABLE_KEY); // it lies in files of its own
  const prefix = isSharded ? '' : findPrefix(file, family);
  const names = new Map<string, string>();
  const passedOver: string[] = [];
  const extra: string[] = [];
  const misshapen: string[] = [];
  for (const [name, entry] of file.tensors) {
    if (name === SHARDS_TENSOR) continue;
    const key = parameterKey(name, prefix, family);
    const shape = key === undefined ? undefined : shapes.get(key);
    if (key === undefined || family.passedOver.some((pattern) => pattern.test(key))) {
      passedOver.push(name);
    } else if (!shape) {
      extra.push(name);
    } else if (names.has(key)) {
      extra.push(`${name} (the same parameter as ${names.get(key)})`);
    } else {
      names.set(key, name);
      if (entry.shape.join() !== shape.join()) {
        misshapen.push(`${name} is [${entry.shape.join(', ')}], expected [${shape.join(', ')}]`);
      } else if (!WEIGHT_DTYPES.some((dtype) => dtype === entry.dtype)) {
        misshapen.push(`${name} holds ${entry.dtype}, expected ${WEIGHT_DTYPES.join(', ')}`);
      }
    }
  }
  const missing = [...shapes.keys()].filter((key) => !names.has(key));
  const problems = [
    ...(missing.length > 0 ? [describeMissing(missing, shapes.size, file)] : []),
    ...(misshapen.length > 0 ? [`not as config.json says: ${describeNames(misshapen)}`] : []),
    ...(extra.length > 0 ? [`not of a BERT encoder: ${describeNames(extra)}`] : []),
  ];
  if (problems.length > 0) {
    const isElsewhere = passedOver.length > 0 && missing.length < shapes.size;
    const beside = isElsewhere ? ` Beside it: ${describeNames(passedOver)}.` : '';
    throw new Failure(
      `${file.name} does not hold the encoder that config.json describes. ${problems.join('. ')}.${beside}`,
      'Take config.json and the weights from the same model.',
    );
  }
  return { names, passedOver };
}

/** Finds the beginning of the encoder's names: `bert.` or nothing as a rule, `model.bert.` where it was saved as part of something else. */
function findPrefix({ name, tensors }: SafetensorsFile, { prefix: own }: EncoderFamily): string {
  const prefixes = [...tensors.keys()]
    .filter((key) => key === WORD_TABLE || key.endsWith(`.${WORD_TABLE}`))
    .map((key) => key.slice(0, -WORD_TABLE.length));
  if (prefixes.length === 0 || prefixes.includes(own)) return own;
  const [prefix = '', second] = prefixes;
  const family = OTHER_FAMILY.exec(prefix)?.[1];
  if (family) {
    throw new Error(
      `${name}: its tensors are called "${shorten(prefix)}…", so it is of the family ${family}, not BERT; choose a BERT encoder, such as bert-base-cased or all-MiniLM-L6-v2.`,
    );
  }
  if (second !== undefined) {
    throw new Error(
      `${name} holds ${prefixes.length} encoders, at ${listSome(prefixes, { show: (each) => `"${shorten(each)}"` })}, and one is expected; save the one you want by itself with save_pretrained in Python.`,
    );
  }
  return prefix;
}

/**
 * Turns a file's tensor name into a parameter key, with LayerNorm's `gamma` and `beta` of the first releases by today's names; undefined for what is
 * no part of the encoder.
 */
function parameterKey(name: string, prefix: string, family: EncoderFamily): string | undefined {
  const own = name
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  if (prefix !== '' && own.startsWith(prefix)) return `bert.${own.slice(prefix.length)}`;
  if (prefix !== '' && prefix !== family.prefix) return undefined;
  return /^(?:embeddings|encoder|pooler)\./.test(own) ? `bert.${own}` : undefined;
}

function describeMissing(
  missing: readonly string[],
  expected: number,
  file: SafetensorsFile,
): string {
  if (missing.length < expected) return `missing: ${describeNames(missing)}`;
  const names = [...file.tensors.keys()];
  const found = names.length === 0 ? 'it has none' : `its own are ${describeNames(names)}`;
  return `missing: all ${expected} tensors of the encoder, which begin with "bert."; ${found}`;
}

/**
 * Reads the encoder's parameters as float32, one at a time: a caller that keeps none needs the memory of the largest.
 *
 * @param without keys of parameters that are not read
 * @throws as `findEncoderTensors`; also when a weight is not a finite number.
 */
export async function* encoderParameters(
  file: SafetensorsFile,
  config: BertConfig,
  without: readonly string[] = [],
): AsyncGenerator<[key: string, tensor: WeightTensor]> {
  const { names } = findEncoderTensors(file, config);
  for (const key of encoderParameterShapes(config).keys()) {
    const name = names.get(key);
    if (name === undefined || without.includes(key)) continue;
    const tensor = await file.read(name);
    const broken = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) {
      throw new Error(
        `${file.name}: tensor "${name}" has ${tensor.data[broken]} at ${broken}; the weights are damaged: get the file again.`,
      );
    }
    yield [key, tensor];
  }
}

/** Reads the encoder's weights, in the order of `encoderParameterShapes`, but for some. `@throws` as `encoderParameters`. */
export async function readEncoderWeights(
  file: SafetensorsFile,
  config: BertConfig,
  without?: readonly string[],
): Promise<Weights> {
  const weights: Weights = new Map();
  for await (const [key, tensor] of encoderParameters(file, config, without))
    weights.set(key, tensor);
  return weights;
}

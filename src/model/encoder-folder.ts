import type { BertConfig } from './bert-config';
import { encoderParameterShapes } from './parameters';
import { type SafetensorsFile, weightDtypes } from './safetensors';
import type { Weights, WeightTensor } from './weights';

/** Tensors that stand beside an encoder in Hugging Face files and that a token classifier does not need. */
const PASSED_OVER: readonly RegExp[] = [
  /^(?:bert\.)?pooler\./,
  /^(?:bert\.)?embeddings\.position_ids$/,
  /^cls\./, // heads of pre-training
  /^classifier\./,
  /^qa_outputs\./,
];

/** Which tensor of a file is which parameter of the encoder. */
export interface EncoderTensors {
  /** Parameter key → name in the file. */
  readonly names: ReadonlyMap<string, string>;
  /** Tensors of the file that are passed over: the pooler, heads of other tasks. */
  readonly passedOver: readonly string[];
}

/** A file's tensor name as a parameter key: with `bert.`, and LayerNorm's `gamma` and `beta` of the first releases by today's names. */
function parameterKey(name: string): string {
  const key = name
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  return key.startsWith('bert.') ? key : `bert.${key}`;
}

/**
 * Finds the encoder's parameters in a safetensors file, by names and shapes only.
 *
 * @throws one error that names every missing, extra and misshapen tensor.
 */
export function findEncoderTensors(file: SafetensorsFile, config: BertConfig): EncoderTensors {
  const shapes = encoderParameterShapes(config);
  const names = new Map<string, string>();
  const passedOver: string[] = [];
  const extra: string[] = [];
  const misshapen: string[] = [];
  for (const [name, entry] of file.tensors) {
    const key = parameterKey(name);
    const shape = shapes.get(key);
    if (!shape) {
      (PASSED_OVER.some((pattern) => pattern.test(name)) ? passedOver : extra).push(name);
    } else if (names.has(key)) {
      extra.push(`${name} (the same parameter as ${names.get(key)})`);
    } else {
      names.set(key, name);
      if (entry.shape.join() !== shape.join()) {
        misshapen.push(`${name} is [${entry.shape.join(', ')}], expected [${shape.join(', ')}]`);
      } else if (!weightDtypes.some((dtype) => dtype === entry.dtype)) {
        misshapen.push(`${name} holds ${entry.dtype}, expected ${weightDtypes.join(', ')}`);
      }
    }
  }
  const missing = [...shapes.keys()].filter((key) => !names.has(key));
  const problems = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(misshapen.length > 0 ? [`not as config.json says: ${misshapen.join(', ')}`] : []),
    ...(extra.length > 0 ? [`not of a BERT encoder: ${extra.join(', ')}`] : []),
  ];
  if (problems.length > 0) {
    throw new Error(
      `${file.name} does not hold the encoder that config.json describes. ${problems.join('. ')}. ` +
        'Take config.json and the weights from the same model.',
    );
  }
  return { names, passedOver };
}

/**
 * The encoder's parameters as float32, read one at a time: a caller that keeps none needs the memory of the largest.
 *
 * @throws as `findEncoderTensors`; also when a weight is not a finite number.
 */
export async function* encoderParameters(
  file: SafetensorsFile,
  config: BertConfig,
): AsyncGenerator<[key: string, tensor: WeightTensor]> {
  const { names } = findEncoderTensors(file, config);
  for (const key of encoderParameterShapes(config).keys()) {
    const name = names.get(key)!;
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

/** Reads the encoder's weights, in the order of `encoderParameterShapes`. `@throws` as `encoderParameters`. */
export async function readEncoderWeights(
  file: SafetensorsFile,
  config: BertConfig,
): Promise<Weights> {
  const weights: Weights = new Map();
  for await (const [key, tensor] of encoderParameters(file, config)) weights.set(key, tensor);
  return weights;
}

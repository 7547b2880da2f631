import type { BertConfig } from '../model/bert-config';
import type { Weights, WeightTensor } from '../model/weights';
import { specialIdsOf } from '../tokenizer/tokenizer-kinds';
import { bertGraph, BERT_IR_VERSION, BERT_OPSET } from './bert-onnx';
import { hashWeights, sealEntries } from './checksums';
import { writeModelMetadata, type ModelMetadata } from './model-metadata';
import { writeOnnx, type OnnxTensor } from './onnx-model';
import { F32_VARIANT, type Variant } from './variants';
import { sizesOf, writeWordBlocks, type TrainedBlocks } from './write-word-blocks';

/** Name of the writer in our files. */
export const PRODUCER = 'Tagwerk';

export interface OnnxExport {
  config: BertConfig;
  /** Encoder and classifier under their Hugging Face keys, linear weights [out, in]; other keys are left out. */
  weights: Weights;
  /** Word table in blocks, which stands in the place of the one among the weights. */
  words?: TrainedBlocks;
  metadata: Omit<ModelMetadata, 'words'>;
  /** Storage of the weights in the file; f32 where it is not given. */
  variant?: Variant;
}

/**
 * Writes a trained model as the parts of one .onnx file, with checksums of its weights and of its metadata.
 *
 * The parts may hold views of the weights, not copies, so the weights must not change until the Blob is made.
 *
 *     const file = new Blob(await exportOnnx({ config, weights, metadata })); // → some.onnx
 *
 * @throws where a parameter is missing or misshapen (all are named), holds a NaN or an infinite number, or above 2 GiB.
 */
export async function exportOnnx({
  config,
  weights,
  words,
  metadata,
  variant = F32_VARIANT,
}: OnnxExport): Promise<Uint8Array<ArrayBuffer>[]> {
  const sizes = words && sizesOf(words);
  const { parameters, nodes, constants, inputs, outputs } = bertGraph(
    config,
    metadata.tags.length,
    variant,
    sizes,
  );
  const faults: string[] = [];
  const initialisers: OnnxTensor[] = [];
  if (words) {
    const written = writeWordBlocks(config, words, Object.values(specialIdsOf(metadata)));
    if (typeof written === 'string') faults.push(written);
    else initialisers.push(...written);
  }
  for (const [key, shape] of parameters) {
    const weight = weights.get(key);
    const fault = findFault(weight, shape);
    if (fault !== undefined) faults.push(`${key} ${fault}`);
    else if (weight) {
      const bytes = variant.encode(key, weight);
      for (const [i, tensor] of variant.tensorsOf(key, shape).entries())
        initialisers.push({ ...tensor, bytes: bytes[i]! });
    }
  }
  if (faults.length > 0) {
    throw new Error(
      `The model cannot be exported: ${faults.join('; ')}. Go back to the last good checkpoint.`,
    );
  }
  const numbers = initialisers.map(({ bytes }) => bytes);
  const byteLength = numbers.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  const hashes = await hashWeights(numbers, byteLength);
  return writeOnnx({
    irVersion: BERT_IR_VERSION,
    opset: BERT_OPSET,
    producer: PRODUCER,
    producerVersion: '1',
    graph: { name: 'bert', nodes, inputs, outputs, initialisers: [...initialisers, ...constants] },
    metadata: await sealEntries(
      writeModelMetadata({ ...metadata, ...(sizes ? { words: sizes } : {}) }),
      hashes,
    ),
  });
}

/** Says what keeps a weight from being exported; undefined where nothing does. */
function findFault(weight: WeightTensor | undefined, shape: readonly number[]): string | undefined {
  const expected = `[${shape.join(', ')}]`;
  if (!weight) return `${expected} is missing`;
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (weight.shape.join() !== shape.join() || weight.data.length !== size) {
    return `should be ${expected} and is [${weight.shape.join(', ')}] with ${weight.data.length} numbers`;
  }
  // 0 · x is 0 unless x is a NaN or infinite: one pass without a branch. By index, for V8 iterates 20 times slower.
  const { data } = weight;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += 0 * data[i]!;
  if (sum === 0) return undefined;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  return `holds ${data[bad]} at ${bad}`;
}

import * as tf from '@tensorflow/tfjs-core';
import { currentEngine } from '../engine/engine';
import { PART_ALIGNMENT } from '../engine/webgpu/code/buffer-part';
import { FlatBuffer } from '../engine/webgpu/parameters/flat-buffer';
import { gpuBackend } from '../engine/webgpu/device/gpu-backend';
import { isDecayFree, isLinearWeight, staysBehind } from './parameters';
import { WORD_TABLE_KEY, WordTable } from './word-table';
import type { WeightTensor, Weights } from './weights';

/** A model's parameters on the device, by Hugging Face key and, where there are any, the parts of a `WordTable`; linear weights are [in, out] there. */
export class ParameterStore {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** Buffers of all parameters on WebGPU, those with weight decay first, so that an optimiser treats each kind in one go. */
  readonly flat: FlatBuffer | undefined;
  /** Word-embedding table of which some rows only are on the device; absent where all are. */
  readonly words: WordTable | undefined;
  /** Keys in the order of the weights. */
  readonly #keys: readonly string[];

  /**
   * Puts weights on the backend in use.
   *
   * @param pieceIds on WebGPU: the pieces whose embeddings are needed again and again; undefined keeps all on the device
   */
  constructor(weights: Weights, pieceIds?: Iterable<number>) {
    if (currentEngine().traits.replaysSteps) {
      const table = weights.get(WORD_TABLE_KEY);
      const largest =
        PART_ALIGNMENT * Math.floor(gpuBackend().gpu.memory.largestBuffer / PART_ALIGNMENT);
      if (pieceIds && table) this.words = new WordTable(table, pieceIds, largest);
      this.flat = placeFlat(weights, this.words);
    }
    const { flat, words } = this;
    this.#keys = [...weights.keys()];
    const parts = (key: string) => (words && key === WORD_TABLE_KEY ? words.keys : [key]);
    this.variables = new Map(
      this.#keys.flatMap(parts).map((key) => {
        const place = () => (flat ? flat.tensor(key) : placeWeight(key, weights.get(key)!));
        return [key, tf.tidy(() => tf.variable(place()))];
      }),
    );
  }

  /** Reads every parameter back, in Hugging Face's layout. */
  async read(): Promise<Weights> {
    if (this.flat) return this.#readFlat(this.flat);
    const weights: Weights = new Map();
    for (const [key, variable] of this.variables) {
      const tensor = isLinearWeight(key) ? tf.transpose(variable) : variable.clone();
      weights.set(key, { shape: tensor.shape, data: await tensor.data<'float32'>() });
      tensor.dispose();
    }
    return weights;
  }

  async #readFlat(flat: FlatBuffer): Promise<Weights> {
    const { words } = this;
    const numbers = await flat.read();
    words?.joinParts(numbers, 'as they were');
    return new Map(
      this.#keys.map((key) => {
        const shape = words && key === WORD_TABLE_KEY ? words.shape : flat.part(key).shape;
        return [key, turnWeight(key, { shape, data: numbers.get(key)! })];
      }),
    );
  }

  /** Turns pieces into their rows in the word-embedding table, in place. */
  lookUp(pieceIds: Int32Array): void {
    const { words, flat } = this;
    const write = (key: string, row: number, numbers: Float32Array) =>
      flat!.writeRow(key, row, numbers);
    words?.rowsOf(pieceIds, write, pieceIds);
  }

  /** Rows of the word-embedding table that are on the device. */
  get tableRows(): number {
    return this.words?.rows ?? this.variables.get(WORD_TABLE_KEY)!.shape[0];
  }

  dispose(): void {
    tf.dispose([...this.variables.values()]);
    this.flat?.dispose();
  }
}

function placeWeight(key: string, { shape, data }: WeightTensor): tf.Tensor {
  const tensor = tf.tensor(data, [...shape], 'float32');
  return isLinearWeight(key) ? tf.transpose(tensor) : tensor;
}

/** Writes weights straight from the host: by way of tensors, all would be on the device twice. */
function placeFlat(weights: Weights, words: WordTable | undefined): FlatBuffer {
  const kinds = [false, true].map((isFree) =>
    Array.from(weights).filter(([key]) => isDecayFree(key) === isFree),
  );
  const turned = kinds.flat().flatMap(([key, weight]) => {
    if (words && key === WORD_TABLE_KEY) return [...words.toParts()];
    return [[key, turnWeight(key, weight)] as const];
  });
  const shapes = new Map(turned.map(([key, { shape }]) => [key, shape]));
  const flat = new FlatBuffer(gpuBackend(), shapes, 'parameters', staysBehind);
  for (const [key, { data }] of turned) flat.write(key, data);
  return flat;
}

/** Turns a weight from Hugging Face's layout to the device's, or back. */
function turnWeight(key: string, weight: WeightTensor): WeightTensor {
  if (!isLinearWeight(key)) return weight;
  const [rows, columns] = weight.shape as [number, number];
  const data = new Float32Array(weight.data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      data[column * rows + row] = weight.data[row * columns + column]!;
  return { shape: [columns, rows], data };
}

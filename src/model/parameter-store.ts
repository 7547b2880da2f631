import * as tf from '@tensorflow/tfjs-core';
import { FlatBuffer } from '../engine/webgpu/flat-buffer';
import { gpuBackend } from '../engine/webgpu/gpu-backend';
import { isDecayFree, isLinearWeight, staysBehind } from './parameters';
import { WORD_TABLE_KEY, WordTable } from './word-table';
import type { WeightTensor, Weights } from './weights';

/** A model's parameters on the device, by Hugging Face key; linear weights are [in, out] there. */
export class ParameterStore {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** On WebGPU: what all of them lie in, those that decay first, so that an optimiser treats each kind in one go. */
  readonly flat: FlatBuffer | undefined;
  /** Where only some rows of the word-embedding table are on the device. */
  readonly words: WordTable | undefined;

  /**
   * Puts weights on the backend in use.
   *
   * @param pieceIds on WebGPU: the pieces whose embeddings are needed again and again; undefined keeps all on the device
   */
  constructor(weights: Weights, pieceIds?: Iterable<number>) {
    if (tf.getBackend() === 'webgpu') {
      const table = weights.get(WORD_TABLE_KEY);
      if (pieceIds && table) this.words = new WordTable(table, pieceIds);
      this.flat = placeFlat(weights, this.words);
    }
    const { flat } = this;
    this.variables = new Map(
      Array.from(weights, ([key, weight]) => [
        key,
        tf.tidy(() => tf.variable(flat ? flat.tensor(key) : placeWeight(key, weight))),
      ]),
    );
  }

  /** Reads every parameter back, in Hugging Face's layout. */
  async read(): Promise<Weights> {
    const weights: Weights = new Map();
    const numbers = await this.flat?.read();
    for (const [key, variable] of this.variables) {
      if (numbers) {
        weights.set(key, this.#upright(key, variable.shape, numbers.get(key)!));
        continue;
      }
      const tensor = isLinearWeight(key) ? tf.transpose(variable) : variable.clone();
      weights.set(key, { shape: tensor.shape, data: await tensor.data<'float32'>() });
      tensor.dispose();
    }
    return weights;
  }

  /** The rows of pieces in the word-embedding table. */
  lookUp(pieceIds: Int32Array): Int32Array {
    const { words, flat } = this;
    if (!words) return pieceIds;
    return words.rowsOf(pieceIds, (row, numbers) => flat!.writeRow(WORD_TABLE_KEY, row, numbers));
  }

  #upright(key: string, shape: readonly number[], numbers: Float32Array): WeightTensor {
    if (!this.words || key !== WORD_TABLE_KEY) return turnWeight(key, { shape, data: numbers });
    return { shape: this.words.shape, data: this.words.expand(numbers, 'as they were') };
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

/** Straight from the host: by way of tensors, all would be on the device twice. */
function placeFlat(weights: Weights, words: WordTable | undefined): FlatBuffer {
  const kinds = [false, true].map((isFree) =>
    Array.from(weights).filter(([key]) => isDecayFree(key) === isFree),
  );
  const turned = kinds.flat().map(([key, weight]) => {
    if (!words || key !== WORD_TABLE_KEY) return [key, turnWeight(key, weight)] as const;
    return [key, { shape: [words.rows, words.shape[1]], data: words.compact() }] as const;
  });
  const shapes = new Map(turned.map(([key, { shape }]) => [key, shape]));
  const flat = new FlatBuffer(gpuBackend(), shapes, 'parameters', staysBehind);
  for (const [key, { data }] of turned) flat.write(key, data);
  return flat;
}

/** From Hugging Face's layout to the device's, or back. */
function turnWeight(key: string, weight: WeightTensor): WeightTensor {
  if (!isLinearWeight(key)) return weight;
  const [rows, columns] = weight.shape as [number, number];
  const data = new Float32Array(weight.data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      data[column * rows + row] = weight.data[row * columns + column]!;
  return { shape: [columns, rows], data };
}

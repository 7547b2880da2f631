import * as tf from '@tensorflow/tfjs-core';
import { currentEngine } from '../engine/engine';
import { PART_ALIGNMENT } from '../engine/webgpu/code/buffer-part';
import { FlatBuffer } from '../engine/webgpu/parameters/flat-buffer';
import { gpuBackend } from '../engine/webgpu/device/gpu-backend';
import { isDecayFree, isLinearWeight, staysBehind } from './parameters';
import { WORD_TABLE_KEY, WordTable, type RowsOfPieces } from './word-table';
import type { WeightTensor, Weights } from './weights';
import type { WordRows } from './word-rows';

/** Reads the rows of some pieces into a table that fits the backend in use; repeats do not matter. @throws as `WordRows.read` */
export function readWordTable(source: WordRows, pieceIds: Iterable<number>): Promise<WordTable> {
  if (!currentEngine().traits.replaysSteps) return WordTable.of(source, pieceIds);
  const { largestBuffer } = gpuBackend().gpu.memory;
  const largest = PART_ALIGNMENT * Math.floor(largestBuffer / PART_ALIGNMENT);
  return WordTable.of(source, pieceIds, largest);
}

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
   * @param words the table that the weights' word embeddings are the kept rows of; absent where they are the whole table
   */
  constructor(weights: Weights, words?: WordTable) {
    this.words = words;
    if (currentEngine().traits.replaysSteps) this.flat = placeFlat(weights, words);
    const { flat } = this;
    this.#keys = [...weights.keys()];
    this.variables = new Map(
      [...placedWeights(weights, words)].map(([key, weight]) => {
        const place = () => (flat ? flat.tensor(key) : placeWeight(key, weight));
        return [key, tf.tidy(() => tf.variable(place()))];
      }),
    );
  }

  /** Reads every parameter back, in Hugging Face's layout; of a `WordTable` the kept rows. */
  async read(): Promise<Weights> {
    if (this.flat) return this.#readFlat(this.flat);
    const weights: Weights = new Map();
    for (const [key, variable] of this.variables) {
      const tensor = isLinearWeight(key) ? tf.transpose(variable) : variable.clone();
      weights.set(key, { shape: tensor.shape, data: await tensor.data<'float32'>() });
      tensor.dispose();
    }
    const { words } = this;
    const table = words && weights.get(WORD_TABLE_KEY)!.data.slice(0, words.startRows.length);
    if (words && table) weights.set(WORD_TABLE_KEY, { shape: words.keptShape, data: table });
    return weights;
  }

  async #readFlat(flat: FlatBuffer): Promise<Weights> {
    const { words } = this;
    const numbers = await flat.read();
    words?.joinParts(numbers);
    return new Map(
      this.#keys.map((key) => {
        const shape = words && key === WORD_TABLE_KEY ? words.keptShape : flat.part(key).shape;
        return [key, turnWeight(key, { shape, data: numbers.get(key)! })];
      }),
    );
  }

  /**
   * Turns pieces into their rows in the word-embedding table, in place.
   *
   * @param strangers rows of those that the table does not keep (`WordTable.readStrangers`)
   */
  lookUp(pieceIds: Int32Array, strangers?: RowsOfPieces): void {
    const { words } = this;
    if (!words) return;
    if (strangers) this.#writeSpareRows(words, strangers);
    words.lookUp(pieceIds, strangers);
  }

  #writeSpareRows(words: WordTable, strangers: RowsOfPieces): void {
    const { flat } = this;
    if (flat) {
      for (const [key, row, numbers] of words.spareRows(strangers))
        flat.writeRow(key, row, numbers);
      return;
    }
    const variable = this.variables.get(WORD_TABLE_KEY)!;
    const [kept, width] = words.keptShape;
    const { ids, rows } = strangers;
    tf.tidy(() => {
      const places = Int32Array.from(ids, (_, i) => kept + i);
      const updates = tf.tensor2d(rows, [ids.length, width]);
      const indices = tf.tensor2d(places, [ids.length, 1], 'int32');
      variable.assign(tf.tensorScatterUpdate(variable, indices, updates));
    });
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

/** Lists the weights as they are on the device, in their order: a `WordTable` in its parts, with spare rows. */
function* placedWeights(
  weights: Weights,
  words: WordTable | undefined,
): Generator<[key: string, weight: WeightTensor]> {
  for (const [key, weight] of weights) {
    if (words && key === WORD_TABLE_KEY) yield* words.toParts(weight.data);
    else yield [key, weight];
  }
}

/** Writes weights straight from the host: by way of tensors, all would be on the device twice. */
function placeFlat(weights: Weights, words: WordTable | undefined): FlatBuffer {
  const kinds = [false, true].map((isFree) =>
    [...placedWeights(weights, words)].filter(([key]) => isDecayFree(key) === isFree),
  );
  const turned = kinds.flat().map(([key, weight]) => [key, turnWeight(key, weight)] as const);
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

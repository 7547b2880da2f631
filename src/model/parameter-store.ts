import * as tf from '@tensorflow/tfjs-core';
import { FlatBuffer } from '../engine/webgpu/flat-buffer';
import { gpuBackend } from '../engine/webgpu/gpu-backend';
import { isDecayFree, isLinearWeight } from './parameters';
import type { WeightTensor, Weights } from './weights';

/** A model's parameters on the device, by Hugging Face key; linear weights are [in, out] there. */
export class ParameterStore {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** On WebGPU: the one buffer that all of them lie in, those that decay first, so that an optimiser treats each kind in one go. */
  readonly flat: FlatBuffer | undefined;

  /** Puts weights on the backend in use. */
  constructor(weights: Weights) {
    if (tf.getBackend() === 'webgpu') this.flat = placeFlat(weights);
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
        weights.set(key, turnWeight(key, { shape: variable.shape, data: numbers.get(key)! }));
        continue;
      }
      const tensor = isLinearWeight(key) ? tf.transpose(variable) : variable.clone();
      weights.set(key, { shape: tensor.shape, data: await tensor.data<'float32'>() });
      tensor.dispose();
    }
    return weights;
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
function placeFlat(weights: Weights): FlatBuffer {
  const kinds = [false, true].map((isFree) =>
    Array.from(weights).filter(([key]) => isDecayFree(key) === isFree),
  );
  const turned = kinds.flat().map(([key, weight]) => [key, turnWeight(key, weight)] as const);
  const shapes = new Map(turned.map(([key, { shape }]) => [key, shape]));
  const flat = new FlatBuffer(gpuBackend(), shapes, 'parameters');
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

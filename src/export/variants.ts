import type { WeightTensor } from '../model/weights';
import { asBytes } from './as-bytes';
import type { OnnxGraphBuilder } from './onnx-graph-builder';
import type { OnnxTensorShape } from './onnx-model';

/** A way in which a file stores the model's parameters, and computes with them. */
export interface Variant {
  /** Largest difference between a logit of the file and of the trained model that is let through. */
  tolerance: number;
  /** Lists the tensors in which a parameter is stored; the file's own numbers are in these, and nowhere else. */
  tensorsOf: (key: string, shape: readonly number[]) => readonly OnnxTensorShape[];
  /** Writes a parameter's numbers, little-endian, one array a tensor of `tensorsOf`. */
  encode: (key: string, weight: WeightTensor) => readonly Uint8Array<ArrayBuffer>[];
  /** Adds y = x · Wᵀ + b with W [out, in] under `key.weight`, b under `key.bias`; x f32[rows, in] → y f32[rows, out]. */
  linear: (graph: OnnxGraphBuilder, name: string, key: string, x: string) => string;
}

/** Parameters as they were trained: one f32 tensor each, and a Gemm that takes the weight as it is, so nothing is copied at export. */
export const F32_VARIANT: Variant = {
  tolerance: 1e-4,
  tensorsOf: (key, shape) => [{ name: key, type: 'float', dims: shape }],
  encode: (_key, { data }) => [asBytes(data)],
  linear: (graph, name, key, x) =>
    graph.add(name, 'Gemm', [x, `${key}.weight`, `${key}.bias`], { transB: { int: 1 } }),
};

/** One parameter in Hugging Face's layout: linear weights are [out, in]. */
export interface WeightTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** Parameters under their Hugging Face keys (`bert.encoder.layer.0.attention.self.query.weight`, `classifier.bias`). */
export type Weights = Map<string, WeightTensor>;

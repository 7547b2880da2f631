import type { BertConfig } from './bert-config';
import { encoderParameterShapes } from './parameters';
import { seededNormal } from '../random/seeded-normal';
import type { Weights } from './weights';

/** BERT's `initializer_range`. */
const INITIAL_DEVIATION = 0.02;

/**
 * Makes a BERT encoder as it is before pre-training, the same for the same seed: weights from normal(0, 0.02), biases 0, layer norms
 * 1 and 0, as Hugging Face initializes. For tests, and for a model that is to be trained from nothing.
 */
export function randomBert(config: BertConfig, seed: number): Weights {
  const weights: Weights = new Map();
  let place = 0;
  for (const [key, shape] of encoderParameterShapes(config)) {
    const size = shape.reduce((product, width) => product * width, 1);
    place++;
    let data: Float32Array = new Float32Array(size);
    if (key.endsWith('LayerNorm.weight')) data.fill(1);
    else if (key.endsWith('.weight'))
      data = seededNormal(
        size,
        INITIAL_DEVIATION,
        Math.imul(seed, 0x10001) + Math.imul(place, 0x9e3779b1),
      );
    weights.set(key, { shape, data });
  }
  return weights;
}

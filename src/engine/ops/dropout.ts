import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel';
import { differentiable } from './differentiable';
import { siteKey, type DropoutPlace } from './dropout-hash';

/**
 * Inverted dropout with a mask that depends only on `place`, the sentence's row and the coordinates inside the sentence (Srivastava et
 * al. 2014; numbers from `dropout-hash.ts`). A rate of 0 returns `x` as it is.
 *
 * x f32[batch, pieces, hidden] or f32[batch, heads, pieces, pieces], rows i32[batch] → as x.
 * @throws where the rate is not in [0, 1).
 */
export function dropout<Shape extends tf.Tensor3D | tf.Tensor4D>(
  x: Shape,
  rate: number,
  place: DropoutPlace,
  rows: tf.Tensor1D,
): Shape {
  if (!(rate >= 0 && rate < 1)) throw new Error(`A dropout rate lies in [0, 1); got ${rate}.`);
  if (rate === 0) return x;
  const [batch, ...inner] = x.shape;
  tf.util.assert(batch === rows.size, () => `dropout: ${batch} sentences, but ${rows.size} rows.`);
  const grouped = inner.length === 2 ? tf.reshape(x, [batch, 1, ...inner]) : x;
  const attributes = { rate, key: siteKey(place) };
  const dropped = differentiable(
    [grouped],
    () => runKernel('CounterDropout', { x: grouped, rows }, attributes),
    [rows],
    // The mask is hashed again rather than kept: it costs less than the memory it would hold until the backward pass.
    (dy, [rows]) => [runKernel('CounterDropout', { x: dy, rows }, attributes)],
  );
  return tf.reshape(dropped, x.shape) as Shape;
}

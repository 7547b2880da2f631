import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `forward` as one op of the tape whose gradient is `backward`.
 *
 * `backward` gets the output's gradient and what was `kept`, and returns one gradient for each input. Tensors reach it only through
 * `kept`: all others are disposed of by then.
 */
export function differentiable<Output extends tf.Tensor, const Kept extends readonly tf.Tensor[]>(
  inputs: readonly tf.Tensor[],
  forward: () => Output,
  kept: Kept | ((output: Output) => Kept),
  backward: (dOutput: Output, kept: Kept) => tf.Tensor[],
): Output {
  const op = tf.customGrad((...inputsAndSave) => {
    const save = inputsAndSave.at(-1) as tf.GradSaveFunc;
    const value = forward();
    save([...(typeof kept === 'function' ? kept(value) : kept)]);
    return {
      value,
      gradFunc: (dOutput: tf.Tensor, saved: tf.Tensor[]) =>
        backward(dOutput as Output, saved as unknown as Kept),
    };
  });
  return op(...inputs);
}

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

/**
 * The same where what is kept goes by name, as kernels take it: `forward` returns the output and what the gradient's kernel needs beside its
 * gradient.
 */
export function differentiableByName<Output extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: () => { output: Output; kept: Record<string, tf.Tensor> },
  backward: (dOutput: Output, kept: Record<string, tf.Tensor>) => tf.Tensor[],
): Output {
  let kept: Record<string, tf.Tensor> = {};
  return differentiable(
    inputs,
    () => {
      const result = forward();
      kept = result.kept;
      return result.output;
    },
    () => Object.values(kept),
    (dOutput, saved) =>
      backward(dOutput, Object.fromEntries(Object.keys(kept).map((name, i) => [name, saved[i]!]))),
  );
}

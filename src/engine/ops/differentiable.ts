import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `forward` as one op of the tape whose gradient is `backward`.
 *
 * `backward` is given the output's gradient and what was `kept`, and returns one gradient for each input. Tensors reach it only through
 * `kept`: all others are disposed of by then.
 *
 * @example
 *   const square = (x: tf.Tensor) => differentiable([x], () => tf.mul(x, x), [x], (dy, [x]) => [tf.mul(dy, tf.mul(x, 2))]);
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
 * Does the same where tensors are kept by name, as kernels take them: `forward` returns the output and what the gradient's kernel needs
 * beside the output's gradient.
 */
export function differentiableByName<
  Output extends tf.Tensor,
  Kept extends Readonly<Record<string, tf.Tensor>>,
>(
  inputs: readonly tf.Tensor[],
  forward: () => { output: Output; kept: Kept },
  backward: (dOutput: Output, kept: Kept) => tf.Tensor[],
): Output {
  let names: string[] = [];
  let kept: tf.Tensor[] = [];
  return differentiable(
    inputs,
    () => {
      const result = forward();
      names = Object.keys(result.kept);
      kept = Object.values(result.kept);
      return result.output;
    },
    () => kept,
    (dOutput, saved) =>
      backward(
        dOutput,
        Object.fromEntries(names.map((name, i) => [name, saved[i]!])) as unknown as Kept,
      ),
  );
}

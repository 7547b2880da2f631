import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * Makes a clone, and a cast to the type a tensor has already, share the tensor's memory, as tfjs' other backends do. tfjs-wasm copies, and
 * it clones every activation that is kept for the backward pass.
 */
export function registerWasmAlias(): void {
  const publishedCast = tf.getKernel('Cast', 'wasm');
  const alias = (backend: object, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    (backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  };
  for (const name of ['Identity', 'Cast']) tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => alias(backend, inputs['x']!),
  });
  tf.registerKernel({
    ...publishedCast,
    kernelFunc: (call) => {
      const x = call.inputs['x']!;
      return x.dtype === call.attrs?.['dtype']
        ? alias(call.backend, x)
        : publishedCast.kernelFunc(call);
    },
  });
}

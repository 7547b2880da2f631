import type * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { overrideWasmKernel, type KernelCall } from './wasm-kernel';

/**
 * Makes a clone, and a cast to the type a tensor has already, share the tensor's memory, as tfjs' other backends do. tfjs-wasm copies, and
 * it clones every activation that is kept for the backward pass.
 */
export function registerWasmAlias(): void {
  const alias = ({ inputs, backend }: KernelCall): tf.TensorInfo => {
    const { dataId, shape, dtype } = inputs['x']!;
    (backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  };
  overrideWasmKernel('Identity', alias);
  overrideWasmKernel('Cast', (call, published) =>
    call.inputs['x']!.dtype === call.attrs?.['dtype'] ? alias(call) : published(call),
  );
}

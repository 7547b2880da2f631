import type * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { overrideKernel, type KernelCall } from '../../ops/register-kernel';

/**
 * Makes clones, and casts to the type that a tensor already has, share the tensor's memory, as tfjs' other backends do. tfjs' WASM backend
 * copies them, and every activation that is kept for the backward pass is cloned.
 */
export function registerWasmAlias(): void {
  const alias = ({ inputs, backend }: KernelCall): tf.TensorInfo => {
    const { dataId, shape, dtype } = inputs['x']!;
    (backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  };
  overrideKernel('Identity', 'wasm', alias);
  overrideKernel('Cast', 'wasm', (call, published) =>
    call.inputs['x']!.dtype === call.attrs?.['dtype'] ? alias(call) : published(call),
  );
}

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gelu } from '../../../../src/engine/ops/gelu';
import { gpuBackend } from '../../../../src/engine/webgpu/device/gpu-backend';
import { useBackend } from '../../../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

test('a buffer that is given back while kernels on it wait does not make the GPU refuse them', async () => {
  const backend = gpuBackend();
  const buffer = backend.gpu.memory.create(256, GPUBufferUsage.STORAGE, 'given back early');
  const x = backend.tensorOn(buffer, 0, [64]);
  tf.dispose(gelu(x)); // nobody reads it, so nothing has been submitted
  tf.dispose(x);
  backend.gpu.memory.destroy(buffer);
  const zero = gelu(tf.zeros([4]));
  expect([...(await zero.data())]).toEqual([0, 0, 0, 0]);
  tf.dispose(zero);
});

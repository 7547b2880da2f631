import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { activate } from '../../../../src/engine/ops/activate';
import { gpuBackend } from '../../../../src/engine/webgpu/device/gpu-backend';
import { useBackend } from '../../../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

test('a buffer that is given back while kernels on it wait does not make the GPU refuse them', async () => {
  const backend = gpuBackend();
  const buffer = backend.gpu.memory.create(256, GPUBufferUsage.STORAGE, 'given back early');
  const x = backend.tensorOn(buffer, 0, [64]);
  tf.dispose(activate(x, 'gelu')); // nobody reads it, so nothing has been submitted
  tf.dispose(x);
  backend.gpu.memory.destroy(buffer);
  const zero = activate(tf.zeros([4]), 'gelu');
  expect([...(await zero.data())]).toEqual([0, 0, 0, 0]);
  tf.dispose(zero);
});

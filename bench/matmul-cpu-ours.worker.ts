import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../src/engine/start-engine';
import { from, makeOperands, rows, serveProducts, to, type Form } from './matmul-cpu-messages';

serveProducts(async (threads) => {
  await selectBackend('wasm', { threads });
  const numbers = makeOperands();
  const x = tf.tensor2d(numbers.x, [rows, from]);
  const w = tf.tensor2d(numbers.w, [from, to]);
  const dy = tf.tensor2d(numbers.dy, [rows, to]);
  const products: Record<Form, () => tf.Tensor> = {
    NN: () => tf.matMul(x, w),
    NT: () => tf.matMul(dy, w, false, true),
    TN: () => tf.matMul(x, dy, true, false),
  };
  return {
    multiply: (form) => products[form]().dispose(), // a kernel is done when its call returns
    read: (form) => products[form]().data<'float32'>(),
  };
});

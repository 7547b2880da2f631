import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '../../../reference/finite-differences';
import { seededNumbers } from '../../../reference/seeded-numbers';
import { useBackend } from '../../../reference/use-backend';

const [rows, inner, columns] = [7, 5, 9];

describe.each([
  { build: 'relaxed', threads: 1 },
  { build: 'relaxed', threads: 2 },
  { build: 'plain', threads: 1 },
  { build: 'plain', threads: 2 },
] as const)('products on wasm: $build kernels, $threads threads', ({ build, threads }) => {
  beforeAll(() => useBackend('wasm', threads, build));

  test.each([
    { batch: [], transposeA: false, transposeB: false },
    { batch: [], transposeA: true, transposeB: false },
    { batch: [], transposeA: false, transposeB: true },
    { batch: [2, 3], transposeA: false, transposeB: false },
    { batch: [2, 3], transposeA: true, transposeB: false },
    { batch: [6], transposeA: false, transposeB: true },
    { batch: [1, 4], transposeA: true, transposeB: true },
  ])(
    'agree with a loop in f64: $batch $transposeA $transposeB',
    async ({ batch, transposeA, transposeB }) => {
      const count = batch.reduce((product, size) => product * size, 1);
      const as = seededNumbers(count * rows * inner, 1);
      const bs = seededNumbers(count * inner * columns, 2);
      const a = tf.tensor(as, [...batch, ...(transposeA ? [inner, rows] : [rows, inner])]);
      const b = tf.tensor(bs, [...batch, ...(transposeB ? [columns, inner] : [inner, columns])]);
      const expected = Array.from({ length: count * rows * columns }, (_, i) => {
        const [matrix, row, column] = [
          Math.floor(i / (rows * columns)),
          Math.floor(i / columns) % rows,
          i % columns,
        ];
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          const x = as[matrix * rows * inner + (transposeA ? k * rows + row : row * inner + k)]!;
          sum +=
            x *
            bs[
              matrix * inner * columns + (transposeB ? column * inner + k : k * columns + column)
            ]!;
        }
        return sum;
      });
      const product = tf.matMul(a, b, transposeA, transposeB);
      expect(product.shape).toEqual([...batch, rows, columns]);
      await expectClose(product, expected, 1e-6);
      tf.dispose([a, b, product]);
    },
  );

  test('one matrix meets every matrix of a batch', async () => {
    const a = tf.tensor(seededNumbers(3 * rows * inner, 3), [3, rows, inner]);
    const b = tf.tensor(seededNumbers(inner * columns, 4), [1, inner, columns]);
    const tiled = tf.tile(b, [3, 1, 1]);
    await expectClose(tf.matMul(a, b), await tf.matMul(a, tiled).data<'float32'>(), 0);
  });

  test('a weight that was assigned anew is read anew', async () => {
    const weight = tf.variable(tf.ones([inner, columns]));
    const x = tf.ones([rows, inner]);
    for (const factor of [1, 2, 3]) {
      weight.assign(tf.fill([inner, columns], factor));
      const product = tf.fused.matMul({
        a: x,
        b: weight,
        bias: tf.zeros([columns]),
      });
      expect(new Set(await product.data())).toEqual(new Set([inner * factor]));
    }
  });

  test('a product leaves no tensor behind, in JavaScript or in C++', () => {
    const a = tf.ones([4, rows, inner]);
    const before = { tensors: tf.memory().numTensors, ids: tf.engine().backend.numDataIds() };
    for (let i = 0; i < 3; i++) tf.dispose(tf.matMul(a, a, false, true));
    expect({ tensors: tf.memory().numTensors, ids: tf.engine().backend.numDataIds() }).toEqual(
      before,
    );
  });

  test('a clone shares memory and outlives its original', async () => {
    const original = tf.tensor1d([1, 2, 3]);
    const copy = original.clone();
    const cast = tf.cast(original, 'float32');
    expect(tf.engine().backend.refCount(original.dataId)).toBe(3);
    original.dispose();
    expect(await copy.data()).toEqual(new Float32Array([1, 2, 3]));
    expect(await tf.cast(cast, 'int32').data()).toEqual(new Int32Array([1, 2, 3]));
    tf.dispose([copy, cast]);
  });
});

/** Products whose sizes end inside a tile, inside a vector, and at their edges; all four forms. */
const sizes = [
  [1, 1, 1],
  [5, 3, 7],
  [6, 8, 8],
  [7, 9, 17],
  [13, 33, 24],
  [96, 64, 9],
  [131, 70, 45],
] as const;

const forms = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

async function productsOf(threads: number, build: 'relaxed' | 'plain'): Promise<Float32Array[]> {
  await useBackend('wasm', threads, build);
  const products: Float32Array[] = [];
  for (const [m, k, n] of sizes) {
    for (const [transposeA, transposeB] of forms) {
      const a = tf.tensor2d(seededNumbers(m * k, m), transposeA ? [k, m] : [m, k]);
      const b = tf.tensor2d(seededNumbers(k * n, n), transposeB ? [n, k] : [k, n]);
      const bias = tf.tensor1d(seededNumbers(n, 7));
      const product = tf.fused.matMul({ a, b, transposeA, transposeB, bias });
      products.push(await product.data<'float32'>());
      tf.dispose([a, b, bias, product]);
    }
  }
  return products;
}

describe.each(['relaxed', 'plain'] as const)('%s products of any size', (build) => {
  test('are bit for bit the same with 1, 2, 3 and 4 threads, and near those in f64', async () => {
    const alone = await productsOf(1, build);
    for (const threads of [2, 3, 4]) expect(await productsOf(threads, build)).toEqual(alone);
    let index = 0;
    for (const [m, k, n] of sizes) {
      const [as, bs, bias] = [
        seededNumbers(m * k, m),
        seededNumbers(k * n, n),
        seededNumbers(n, 7),
      ];
      for (const [transposeA, transposeB] of forms) {
        const product = alone[index++]!;
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = bias[j]!;
            for (let q = 0; q < k; q++)
              sum +=
                as[transposeA ? q * m + i : i * k + q]! * bs[transposeB ? j * k + q : q * n + j]!;
            expect(Math.abs(product[i * n + j]! - sum)).toBeLessThan(2e-6 * Math.sqrt(k));
          }
        }
      }
    }
  });
});

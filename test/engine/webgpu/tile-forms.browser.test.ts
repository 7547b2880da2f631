import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linear } from '../../../src/engine/ops/linear';
import { queryKeyValue, type Triple } from '../../../src/engine/ops/query-key-value';
import { measureTiles } from '../../../src/engine/webgpu/products/measure-tiles';
import { gpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import {
  REGISTERS_ONLY,
  SHAPE_CLASSES,
  TILE_FORM_NAMES,
} from '../../../src/engine/webgpu/device/tile-choice';
import { seededNumbers } from '../../reference/seeded-numbers';
import { useBackend } from '../../reference/use-backend';

/** Numbers, row after row. */
interface Matrix {
  rows: number;
  columns: number;
  values: Float32Array | Float64Array;
}

const seeded = (rows: number, columns: number, seed: number): Matrix => ({
  ...{ rows, columns },
  values: seededNumbers(rows * columns, seed),
});

const turned = ({ rows, columns, values }: Matrix): Matrix => ({
  ...{ rows: columns, columns: rows },
  values: Float64Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!),
});

/** a·b, in f64. */
function multiply(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let row = 0; row < a.rows; row++)
    for (let k = 0; k < a.columns; k++)
      for (let column = 0; column < b.columns; column++)
        values[row * b.columns + column]! +=
          a.values[row * a.columns + k]! * b.values[k * b.columns + column]!;
  return { rows: a.rows, columns: b.columns, values };
}

function sumOf(...matrices: Matrix[]): Float64Array {
  return Float64Array.from(matrices[0]!.values, (_, i) =>
    matrices.reduce((sum, { values }) => sum + values[i]!, 0),
  );
}

const ones = (rows: number): Matrix => ({
  ...{ rows: 1, columns: rows },
  values: new Float64Array(rows).fill(1),
});

/** A row under each other, as often as there are rows. */
const repeated = (row: Matrix, rows: number): Matrix => multiply(turned(ones(rows)), row);

const tensorOf = ({ rows, columns, values }: Matrix) =>
  tf.tensor2d(Float32Array.from(values), [rows, columns]);
const rowOf = ({ values }: Matrix) => tf.tensor1d(Float32Array.from(values));

/** Sums of at most 396 products of numbers below 1, each rounded to 24 bits: their errors were below 1e-5; a number in a wrong place is off by far more. */
const TOLERANCE = 3e-5;

async function expectNear(tensor: tf.Tensor, expected: ArrayLike<number>, what: string) {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  expect(values.length, what).toBe(expected.length);
  const worst = values.reduce((most, value, i) => {
    const difference = Math.abs(value - expected[i]!);
    return difference <= most ? most : difference; // NaN is the worst
  }, 0);
  expect(worst, what).toBeLessThanOrEqual(TOLERANCE);
}

const columnCounts = [3, 9, 12, 68];
/** Each two of rows, inner and columns meet. */
const sizes = [1, 7, 33, 65, 130].flatMap((rows, i) =>
  [5, 12, 36, 132].map((inner, j) => ({ rows, inner, columns: columnCounts[(i + j) % 4]! })),
);

describe.each(TILE_FORM_NAMES)('products by the form %s', (form) => {
  beforeAll(async () => {
    await useBackend('webgpu');
    gpuBackend().gpu.tiles = { thin: form, small: form, middle: form, large: form };
  });
  afterAll(() => {
    gpuBackend().gpu.tiles = REGISTERS_ONLY;
  });

  test('linear and its gradient are what loops in f64 say, at any size', async () => {
    for (const { rows, inner, columns } of sizes) {
      const what = `${rows} × ${inner} × ${columns}`;
      const x = seeded(rows, inner, 1);
      const weight = seeded(inner, columns, 2);
      const bias = seeded(1, columns, 3);
      const dy = seeded(rows, columns, 4);
      const inputs = [tensorOf(x), tensorOf(weight), rowOf(bias)];
      const slope = tensorOf(dy);
      const run = (...[x, weight, bias]: tf.Tensor[]) =>
        linear(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D);
      await expectNear(
        run(...inputs),
        sumOf(multiply(x, weight), repeated(bias, rows)),
        `y of ${what}`,
      );
      const [dx, dWeight, dBias] = tf.grads(run)(inputs, slope) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      await expectNear(dx, multiply(dy, turned(weight)).values, `dx of ${what}`);
      await expectNear(dWeight, multiply(turned(x), dy).values, `dW of ${what}`);
      await expectNear(dBias, multiply(ones(rows), dy).values, `db of ${what}`);
      tf.dispose([...inputs, slope]);
    }
  });

  test.each([
    { rows: 7, hidden: 5 },
    { rows: 65, hidden: 12 },
    { rows: 33, hidden: 132 },
    { rows: 130, hidden: 67 },
  ])('a stack of three over $rows rows of $hidden', async ({ rows, hidden }) => {
    const x = seeded(rows, hidden, 1);
    const weights = [2, 3, 4].map((seed) => seeded(hidden, hidden, seed));
    const biases = [5, 6, 7].map((seed) => seeded(1, hidden, seed));
    const dys = [8, 9, 10].map((seed) => seeded(rows, hidden, seed));
    const inputs = [tensorOf(x), ...weights.map(tensorOf), ...biases.map(rowOf)];
    const run = (...[x, ...others]: tf.Tensor[]) =>
      queryKeyValue(
        x as tf.Tensor2D,
        others.slice(0, 3) as unknown as Triple<tf.Tensor2D>,
        others.slice(3) as unknown as Triple<tf.Tensor1D>,
      );
    const expected = weights.map((weight, part) =>
      sumOf(multiply(x, weight), repeated(biases[part]!, rows)),
    );
    await expectNear(
      run(...inputs),
      expected.flatMap((values) => [...values]),
      'y',
    );
    const slope = tf.stack(dys.map(tensorOf));
    const [dx, ...others] = tf.grads(run)(inputs, slope);
    const dxs = dys.map((dy, part) => multiply(dy, turned(weights[part]!)));
    await expectNear(dx!, sumOf(...dxs), 'dx');
    for (const [part, dy] of dys.entries()) {
      await expectNear(others[part]!, multiply(turned(x), dy).values, `dW ${part}`);
      await expectNear(others[part + 3]!, multiply(ones(rows), dy).values, `db ${part}`);
    }
    tf.dispose([...inputs, slope]);
  });

  test('are the same bit for bit when made again', async () => {
    const [x, weight, bias] = [seeded(130, 132, 1), seeded(132, 68, 2), seeded(1, 68, 3)];
    const run = () => linear(tensorOf(x), tensorOf(weight), rowOf(bias)).data();
    expect(await run()).toEqual(await run());
  });
});

describe('the measurement', () => {
  beforeAll(() => useBackend('webgpu'));

  test('ends on a software adapter once it is seen to be slow, with registers', async () => {
    const { choice, elapsedMs } = await measureTiles(gpuBackend().gpu);
    expect(choice).toEqual(REGISTERS_ONLY);
    // Half a second, and what the last run of a probe takes on two busy cores.
    expect(elapsedMs).toBeLessThan(1500);
  });

  test('is cut short rather than late', async () => {
    const { choice, isComplete, elapsedMs } = await measureTiles(gpuBackend().gpu, {
      budgetMs: 0,
      slowestGpu: 0,
    });
    expect(isComplete).toBe(false);
    expect(choice).toEqual(REGISTERS_ONLY);
    expect(elapsedMs).toBeLessThan(1000);
  });

  test('names a form for each class of shapes, where every form is tried', async () => {
    // The forms were compiled by the tests above; the classes with much arithmetic find no time here.
    const budgetMs = 3000;
    const { choice, elapsedMs } = await measureTiles(gpuBackend().gpu, { budgetMs, slowestGpu: 0 });
    expect(Object.keys(choice).sort()).toEqual([...SHAPE_CLASSES].sort());
    for (const form of Object.values(choice)) expect(TILE_FORM_NAMES).toContain(form);
    expect(elapsedMs).toBeLessThan(2 * budgetMs);
    gpuBackend().gpu.queue.faults.expectNone();
  });
});

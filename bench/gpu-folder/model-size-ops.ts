import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { attention } from '../../src/engine/ops/attention';
import { embed } from '../../src/engine/ops/embedding';
import { linear } from '../../src/engine/ops/linear';
import { maskedCrossEntropy } from '../../src/engine/ops/masked-cross-entropy';
import { residualNorm } from '../../src/engine/ops/residual-norm';
import { placePieces, placeSentences } from '../../test/reference/place-sentences';
import { seededNumbers } from '../../test/reference/seeded-numbers';
import { useBackend } from '../../test/reference/use-backend';

// Checks at the sizes of MiniLM and BERT what the tests of `test/engine` check at small odd sizes: other kernels, tiles and more than one
// group a dispatch are at work. Too slow for a software adapter in every run of the tests.

beforeAll(() => useBackend('webgpu'));

const matrix = (rows: number, columns: number, seed: number) =>
  tf.tensor2d(seededNumbers(rows * columns, seed), [rows, columns]);
const dot = (length: number, term: (i: number) => number) => {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += term(i);
  return sum;
};
/** Places spread over rows and columns, the first and the last among them. */
const samples = (rows: number, columns: number) =>
  Array.from({ length: 97 }, (_, i) => ({
    row: Math.round((i / 96) * (rows - 1)),
    column: Math.round((((i * 37) % 97) / 96) * (columns - 1)),
  }));

/** The largest difference at the sampled places. */
async function worstOf(
  found: tf.Tensor,
  columns: number,
  expected: (row: number, column: number) => number,
): Promise<number> {
  const numbers = await found.data();
  const differences = samples(numbers.length / columns, columns).map(({ row, column }) =>
    Math.abs(numbers[row * columns + column]! - expected(row, column)),
  );
  return differences.some(Number.isNaN) ? NaN : Math.max(...differences);
}

test.each([
  [2050, 384, 1536],
  [517, 1536, 384],
  [300, 768, 3072],
  [1030, 768, 9],
  [258, 3072, 768],
])('linear and its gradients, %d rows from %d to %d', async (rows, from, to) => {
  const [x, weight, bias] = [matrix(rows, from, 1), matrix(from, to, 2), matrix(1, to, 3)];
  const dy = matrix(rows, to, 4);
  const [xs, ws, bs, dys] = [
    await x.data(),
    await weight.data(),
    await bias.data(),
    await dy.data(),
  ];
  const apply = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
    linear(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D);
  const flatBias = tf.reshape(bias, [to]);
  const y = apply(x, weight, flatBias);
  const [dx, dw, db] = tf.grads((...all: tf.Tensor[]) => apply(all[0]!, all[1]!, all[2]!))(
    [x, weight, flatBias],
    dy,
  );
  // Each of n additions rounds a sum that is about √n: 2⁻²⁴ · n, four times over.
  const bound = (terms: number) => terms * 2 ** -22;
  const yAt = (r: number, c: number) =>
    bs[c]! + dot(from, (k) => xs[r * from + k]! * ws[k * to + c]!);
  const dxAt = (r: number, c: number) => dot(to, (k) => dys[r * to + k]! * ws[c * to + k]!);
  const dwAt = (r: number, c: number) => dot(rows, (k) => xs[k * from + r]! * dys[k * to + c]!);
  const dbAt = (_: number, c: number) => dot(rows, (k) => dys[k * to + c]!);
  expect(await worstOf(y, to, yAt), 'y').toBeLessThan(bound(from));
  expect(await worstOf(dx!, from, dxAt), 'dx').toBeLessThan(bound(to));
  expect(await worstOf(dw!, to, dwAt), 'dW').toBeLessThan(bound(rows));
  expect(await worstOf(db!, to, dbAt), 'db').toBeLessThan(bound(rows));
});

describe.each([{ headWidth: 32 }, { headWidth: 64 }])('heads of $headWidth', ({ headWidth }) => {
  const [heads, lengths] = [12, [128, 77, 1, 33]] as const;
  const hidden = heads * headWidth;
  const rows = lengths.reduce((sum, length) => sum + length, 0);

  test('attention and its gradient', async () => {
    const qkv = tf.tensor3d(seededNumbers(3 * rows * hidden, 1), [3, rows, hidden]);
    const dContext = matrix(rows, hidden, 2);
    const batch = placeSentences(lengths);
    const apply = (qkv: tf.Tensor) => attention(qkv as tf.Tensor3D, { heads, batch });
    const [x, dy] = [await qkv.data(), await dContext.data()];
    const context = await apply(qkv).data();
    const gradient = await tf.grad(apply)(qkv, dContext).data();
    let worst = 0;
    const compare = (found: number, expected: number) => {
      const difference = Math.abs(found - expected);
      worst = Number.isNaN(difference) ? NaN : Math.max(worst, difference);
    };
    const scale = 1 / Math.sqrt(headWidth);
    for (const [sentence, head] of [
      [0, 11],
      [1, 0],
      [2, 5],
      [3, 7],
    ] as const) {
      const [begin, length] = [dot(sentence, (i) => lengths[i]!), lengths[sentence]];
      const at = (piece: number, d: number) => (begin + piece) * hidden + head * headWidth + d;
      const [q, k, v] = [0, 1, 2].map(
        (part) => (i: number, d: number) => x[part * rows * hidden + at(i, d)]!,
      );
      const every = <Value>(make: (i: number) => Value) =>
        Array.from({ length }, (_, i) => make(i));
      const inHead = (term: (d: number) => number) => dot(headWidth, term);
      const weights = every((i) => {
        const powers = every((j) => Math.exp(scale * inHead((d) => q!(i, d) * k!(j, d))));
        const sum = dot(length, (j) => powers[j]!);
        return powers.map((power) => power / sum);
      });
      const dScores = every((i) => {
        const dWeights = every((j) => inHead((d) => dy[at(i, d)]! * v!(j, d)));
        const mean = dot(length, (j) => weights[i]![j]! * dWeights[j]!);
        return dWeights.map((dWeight, j) => scale * weights[i]![j]! * (dWeight - mean));
      });
      for (let i = 0; i < length; i++) {
        for (let d = 0; d < headWidth; d++) {
          const dAt = (part: number) => gradient[part * rows * hidden + at(i, d)]!;
          compare(
            context[at(i, d)]!,
            dot(length, (j) => weights[i]![j]! * v!(j, d)),
          );
          compare(
            dAt(0),
            dot(length, (j) => dScores[i]![j]! * k!(j, d)),
          );
          compare(
            dAt(1),
            dot(length, (j) => dScores[j]![i]! * q!(j, d)),
          );
          compare(
            dAt(2),
            dot(length, (j) => weights[j]![i]! * dy[at(j, d)]!),
          );
        }
      }
    }
    // Sums of at most 128 numbers below 1, and exponents of scores up to 8 in size, whose rounding grows by as much.
    expect(worst).toBeLessThan(1e-5);
  });
});

test('cross-entropy and its gradient, 1030 rows of 200 tags', async () => {
  const [rows, tags] = [1030, 200];
  const logits = tf.mul<tf.Tensor2D>(matrix(rows, tags, 1), 4);
  const labelIds = Int32Array.from({ length: rows }, (_, row) =>
    row % 3 ? (row * 31) % tags : -100,
  );
  const labels = tf.tensor1d(labelIds, 'int32');
  const { value, grad } = tf.valueAndGrad((x) => maskedCrossEntropy(x as tf.Tensor2D, labels, 686))(
    logits,
  );
  const xs = await logits.data();
  const sums = Array.from({ length: rows }, (_, row) =>
    dot(tags, (tag) => Math.exp(xs[row * tags + tag]!)),
  );
  const loss = dot(rows, (row) => {
    const label = labelIds[row]!;
    return label < 0 ? 0 : Math.log(sums[row]!) - xs[row * tags + label]!;
  });
  expect((await value.data())[0]).toBeCloseTo(loss / 686, 4);
  const gradientAt = (row: number, tag: number) => {
    const label = labelIds[row]!;
    const share = Math.exp(xs[row * tags + tag]!) / sums[row]!;
    return label < 0 ? 0 : (share - (tag === label ? 1 : 0)) / 686;
  };
  expect(await worstOf(grad, tags, gradientAt)).toBeLessThan(1e-8);
});

test.each([384, 768])('the norm of a sum and its gradients, 515 rows of %d', async (width) => {
  const rows = 515;
  const [x, residual, dy] = [
    matrix(rows, width, 1),
    matrix(rows, width, 2),
    matrix(rows, width, 3),
  ];
  const [scale, shift] = [4, 5].map((seed) => tf.tensor1d(seededNumbers(width, seed)));
  const apply = (x: tf.Tensor, residual: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
    residualNorm(
      x as tf.Tensor2D,
      residual as tf.Tensor2D,
      scale as tf.Tensor1D,
      shift as tf.Tensor1D,
      1e-12,
    );
  const inputs = [x, residual, scale!, shift!];
  const y = apply(x, residual, scale!, shift!);
  const grads = tf.grads((...all: tf.Tensor[]) => apply(all[0]!, all[1]!, all[2]!, all[3]!))(
    inputs,
    dy,
  );
  const [xs, rs, dys, scales, shifts] = await Promise.all(
    [x, residual, dy, scale!, shift!].map((tensor) => tensor.data()),
  );
  const stats = Array.from({ length: rows }, (_, row) => {
    const sumAt = (c: number) => xs![row * width + c]! + rs![row * width + c]!;
    const mean = dot(width, sumAt) / width;
    const deviation = Math.sqrt(dot(width, (c) => (sumAt(c) - mean) ** 2) / width + 1e-12);
    const normal = Float64Array.from({ length: width }, (_, c) => (sumAt(c) - mean) / deviation);
    const dNormal = normal.map((_, c) => dys![row * width + c]! * scales![c]!);
    const meanD = dot(width, (c) => dNormal[c]!) / width;
    const meanDn = dot(width, (c) => dNormal[c]! * normal[c]!) / width;
    return { normal, dx: dNormal.map((d, c) => (d - meanD - normal[c]! * meanDn) / deviation) };
  });
  const yAt = (row: number, c: number) => stats[row]!.normal[c]! * scales![c]! + shifts![c]!;
  const dxAt = (row: number, c: number) => stats[row]!.dx[c]!;
  const dScaleAt = (_: number, c: number) =>
    dot(rows, (row) => dys![row * width + c]! * stats[row]!.normal[c]!);
  const dShiftAt = (_: number, c: number) => dot(rows, (row) => dys![row * width + c]!);
  expect(await worstOf(y, width, yAt), 'y').toBeLessThan(4e-6);
  expect(await worstOf(grads[0]!, width, dxAt), 'dx').toBeLessThan(1e-5);
  expect(await worstOf(grads[1]!, width, dxAt), 'dResidual').toBeLessThan(1e-5);
  expect(await worstOf(grads[2]!, width, dScaleAt), 'dScale').toBeLessThan(rows * 2 ** -22);
  expect(await worstOf(grads[3]!, width, dShiftAt), 'dShift').toBeLessThan(rows * 2 ** -22);
});

test('the gradient of 30,522 embeddings, of which one occurs in half of 1030 rows', async () => {
  const [entries, width, lengths] = [30_522, 384, [512, 512, 6]];
  const pieceIds = Int32Array.from({ length: 1030 }, (_, i) => (i % 2 ? 30_521 : (i * 7919) % 700));
  const batch = placePieces(lengths, pieceIds, entries);
  const others = { positions: matrix(512, width, 1), tokenTypes: matrix(2, width, 2) };
  const dy = matrix(1030, width, 3);
  const apply = (words: tf.Tensor) => embed({ words: words as tf.Tensor2D, ...others }, batch);
  const gradient = await tf
    .grad(apply)(tf.zeros([entries, width]), dy)
    .data();
  const expected = new Float64Array(entries * width);
  (await dy.data()).forEach((d, i) => {
    expected[pieceIds[Math.floor(i / width)]! * width + (i % width)]! += d;
  });
  let worst = 0;
  expected.forEach((sum, i) => {
    const difference = Math.abs(sum - gradient[i]!);
    worst = Number.isNaN(difference) ? NaN : Math.max(worst, difference);
  });
  expect(worst).toBeLessThan(515 * 2 ** -22);
});

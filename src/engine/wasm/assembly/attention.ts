import { chain, dropLine, sentenceOf } from './dropout';
import { matmulScratchBytes, multiplyBlock, START_AT_ZERO } from './matmul';
import { bytesOf, exponential, keepLanes, largestLane, loadLanes, sumOfLanes } from './vector-math';

/** Computes the bytes of a row of attention weights: there is room for whole vectors. */
function rowBytesOf(pieces: i32): usize {
  return 16 * <usize>((pieces + 3) / 4);
}

/** Computes softmax(weights · scale), in place, over the first `pieces` numbers of each row; those behind, up to a whole vector, become 0. */
function softmaxRows(weights: usize, pieces: i32, scale: f32): void {
  const rowBytes = rowBytesOf(pieces);
  const scales = f32x4.splat(scale);
  for (let i = 0; i < pieces; i++) {
    const row = weights + <usize>i * rowBytes;
    let largest = f32x4.splat(-Infinity);
    for (let j = 0; j < pieces; j += 4) {
      const at = bytesOf(j);
      const count = pieces - j;
      const scores = f32x4.mul(v128.load(row + at), scales);
      v128.store(row + at, scores);
      const real = count >= 4 ? scores : v128.or(keepLanes(scores, count), behind(count));
      largest = f32x4.max(largest, real);
    }
    const top = f32x4.splat(largestLane(largest));
    let sums = f32x4.splat(0);
    for (let j = 0; j < pieces; j += 4) {
      const at = bytesOf(j);
      const powers = keepLanes(exponential(f32x4.sub(v128.load(row + at), top)), pieces - j);
      v128.store(row + at, powers);
      sums = f32x4.add(sums, powers);
    }
    const inverse = f32x4.splat(1 / sumOfLanes(sums));
    for (let j = 0; j < pieces; j += 4) {
      const at = bytesOf(j);
      v128.store(row + at, f32x4.mul(v128.load(row + at), inverse));
    }
  }
}

/** Gives −∞ in the lanes behind the first `count`, and 0 in these. */
function behind(count: i32): v128 {
  return v128.andnot(f32x4.splat(-Infinity), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

/** Drops attention weights, or their gradient by the same mask. */
function dropRows(
  from: usize,
  to: usize,
  pieces: i32,
  headHash: i32,
  threshold: i32,
  scale: f32,
): void {
  const rowBytes = rowBytesOf(pieces);
  for (let i = 0; i < pieces; i++) {
    const at = <usize>i * rowBytes;
    dropLine(from + at, to + at, pieces, chain(headHash, i), threshold, scale);
  }
}

/**
 * Computes context = dropout(softmax(q·kᵀ · scale))·v for one head of one sentence. Tasks = batch · heads.
 *
 * query, key, value, context f32[rows, hidden]; starts i32[batch + 1], where each sentence's rows begin; table i32[rows, 3]. A `threshold` of 0
 * drops nothing.
 */
export function attention(
  task: i32,
  scratch: usize,
  query: usize,
  key: usize,
  value: usize,
  context: usize,
  starts: usize,
  table: usize,
  heads: i32,
  width: i32,
  scale: f32,
  dropoutKey: i32,
  threshold: i32,
  keptScale: f32,
): void {
  const sentence = task / heads;
  const head = task % heads;
  const first = load<i32>(starts + bytesOf(sentence));
  const pieces = load<i32>(starts + bytesOf(sentence + 1)) - first;
  const rowBytes = bytesOf(heads) * <usize>width;
  const at = <usize>first * rowBytes + bytesOf(head) * <usize>width;
  const weightBytes = rowBytesOf(pieces);
  const weights = scratch;
  const rest = weights + <usize>pieces * weightBytes;
  // prettier-ignore
  multiplyBlock(rest, query + at, rowBytes, 4, key + at, 4, rowBytes, weights, weightBytes, pieces, pieces, width, START_AT_ZERO, 0);
  softmaxRows(weights, pieces, scale);
  if (threshold != 0) {
    const headHash = chain(chain(dropoutKey, sentenceOf(table, first)), head);
    dropRows(weights, weights, pieces, headHash, threshold, keptScale);
  }
  // prettier-ignore
  multiplyBlock(rest, weights, weightBytes, 4, value + at, rowBytes, 4, context + at, rowBytes, pieces, width, pieces, START_AT_ZERO, 0);
}

/**
 * Computes the gradients of one head of one sentence, and its weights again. Let P be the softmax, M its dropout mask (scaled) and
 * dC = dContext; then
 *
 *   dV = (M∘P)ᵀ·dC;  dP = M∘(dC·Vᵀ);  dS = P∘(dP − Σ_key dP∘P) · scale;  dQ = dS·K;  dK = dSᵀ·Q
 */
export function attentionGradient(
  task: i32,
  scratch: usize,
  query: usize,
  key: usize,
  value: usize,
  dContext: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
  starts: usize,
  table: usize,
  heads: i32,
  width: i32,
  scale: f32,
  dropoutKey: i32,
  threshold: i32,
  keptScale: f32,
): void {
  const sentence = task / heads;
  const head = task % heads;
  const first = load<i32>(starts + bytesOf(sentence));
  const pieces = load<i32>(starts + bytesOf(sentence + 1)) - first;
  const rowBytes = bytesOf(heads) * <usize>width;
  const at = <usize>first * rowBytes + bytesOf(head) * <usize>width;
  const weightBytes = rowBytesOf(pieces);
  const weights = scratch;
  const other = weights + <usize>pieces * weightBytes; // the dropped weights, then the gradient of the scores
  const rest = other + <usize>pieces * weightBytes;
  const headHash = chain(chain(dropoutKey, sentenceOf(table, first)), head);
  // prettier-ignore
  multiplyBlock(rest, query + at, rowBytes, 4, key + at, 4, rowBytes, weights, weightBytes, pieces, pieces, width, START_AT_ZERO, 0);
  softmaxRows(weights, pieces, scale);
  let dropped = weights;
  if (threshold != 0) {
    dropped = other;
    dropRows(weights, dropped, pieces, headHash, threshold, keptScale);
  }
  // prettier-ignore
  multiplyBlock(rest, dropped, 4, weightBytes, dContext + at, rowBytes, 4, dValue + at, rowBytes, pieces, width, pieces, START_AT_ZERO, 0);
  // prettier-ignore
  multiplyBlock(rest, dContext + at, rowBytes, 4, value + at, 4, rowBytes, other, weightBytes, pieces, pieces, width, START_AT_ZERO, 0);
  if (threshold != 0) dropRows(other, other, pieces, headHash, threshold, keptScale);
  scoreGradient(weights, other, pieces, scale);
  // prettier-ignore
  multiplyBlock(rest, other, weightBytes, 4, key + at, rowBytes, 4, dQuery + at, rowBytes, pieces, width, pieces, START_AT_ZERO, 0);
  // prettier-ignore
  multiplyBlock(rest, other, 4, weightBytes, query + at, rowBytes, 4, dKey + at, rowBytes, pieces, width, pieces, START_AT_ZERO, 0);
}

/** Computes weights ∘ (gradient − Σ gradient ∘ weights) · scale, row by row, in place of the gradient: its way through the softmax. */
function scoreGradient(weights: usize, gradient: usize, pieces: i32, scale: f32): void {
  const rowBytes = rowBytesOf(pieces);
  const scales = f32x4.splat(scale);
  for (let i = 0; i < pieces; i++) {
    const row = <usize>i * rowBytes;
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const p = v128.load(weights + row + at);
      const d = keepLanes(v128.load(gradient + row + at), pieces - <i32>(at / 4));
      sums = f32x4.add(sums, f32x4.mul(p, d));
    }
    const mean = f32x4.splat(sumOfLanes(sums));
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const p = f32x4.mul(v128.load(weights + row + at), scales);
      const d = v128.load(gradient + row + at);
      v128.store(gradient + row + at, f32x4.mul(p, f32x4.sub(d, mean)));
    }
  }
}

/** Computes the scratch that a head needs for so many pieces. */
export function attentionScratchBytes(pieces: i32, width: i32): usize {
  const inner = max(pieces, width);
  return 2 * <usize>pieces * rowBytesOf(pieces) + matmulScratchBytes(pieces, inner);
}

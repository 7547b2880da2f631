import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dropThreshold } from '../ops/dropout-hash';
import type { DropoutAttributes } from './cpu-dropout';
import { registerWasmKernel, sizeOf, type WasmCall } from './wasm-kernel';

/** Lines of one task of dropout; see assembly/dropout.ts. */
const LINES = 16;

export interface AttentionInputs {
  query: TensorInfo;
  key: TensorInfo;
  value: TensorInfo;
  /** f32[batch, 1, 1, pieces]. */
  bias: TensorInfo;
  /** i32[batch]; only where attention weights are dropped. */
  rows?: TensorInfo;
}

export interface AttentionAttributes {
  heads: number;
  rate: number;
  key: number;
}

/** Attention by heads, its gradient, and dropout of hidden states: assembly/attention.ts, assembly/dropout.ts. */
export function registerWasmAttention(): void {
  registerWasmKernel<AttentionInputs, AttentionAttributes>(
    'Attention',
    (call, inputs, attributes) => {
      const context = call.allocate(inputs.query.shape);
      runHeads('attention', call, inputs, attributes, [context]);
      return context;
    },
  );
  registerWasmKernel<AttentionInputs & { dContext: TensorInfo }, AttentionAttributes>(
    'AttentionGradient',
    (call, inputs, attributes) => {
      const gradients = [0, 1, 2].map(() => call.allocate(inputs.query.shape));
      runHeads('attentionGradient', call, inputs, attributes, [inputs.dContext, ...gradients]);
      return gradients;
    },
  );
  registerWasmKernel<{ x: TensorInfo; rows: TensorInfo }, DropoutAttributes>(
    'CounterDropout',
    ({ pool, allocate, address }, { x, rows }, { rate, key }) => {
      const [batch, groups, lines, columns] = x.shape as [number, number, number, number];
      const y = allocate(x.shape);
      const all = batch * groups * lines;
      pool.run('dropout', Math.ceil(all / LINES), [
        ...[address(x), address(y), address(rows), groups, lines, columns, all],
        ...[key, dropThreshold(rate), 1 / (1 - rate)],
      ]);
      return y;
    },
  );
}

function runHeads(
  kernel: 'attention' | 'attentionGradient',
  { pool, address }: WasmCall,
  { query, key, value, bias, rows }: AttentionInputs,
  { heads, rate, key: dropoutKey }: AttentionAttributes,
  others: readonly TensorInfo[],
): void {
  const batch = bias.shape[0]!;
  const pieces = sizeOf(bias) / batch;
  const width = query.shape[1]! / heads;
  pool.run(
    kernel,
    batch * heads,
    [
      ...[query, key, value, ...others, bias].map(address),
      rows ? address(rows) : 0,
      ...[pieces, heads, width, 1 / Math.sqrt(width)],
      ...[dropoutKey, dropThreshold(rate), 1 / (1 - rate)],
    ],
    pool.kernels.attentionScratchBytes(pieces, width),
  );
}

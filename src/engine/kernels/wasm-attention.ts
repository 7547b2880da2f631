import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dropThreshold } from '../ops/dropout-hash';
import type { DropoutAttributes } from './cpu-dropout';
import { registerWasmKernel, sizeOf, type WasmCall } from './wasm-kernel';

interface AttentionInputs {
  query: TensorInfo;
  key: TensorInfo;
  value: TensorInfo;
  /** i32[batch + 1] and i32[rows], of a `RowLayout`. */
  starts: TensorInfo;
  sentences: TensorInfo;
}

interface AttentionAttributes extends DropoutAttributes {
  heads: number;
  /** Pieces of the longest sentence. */
  longest: number;
}

/** Attention, a task for each head of each sentence, and its gradient: assembly/attention.ts. */
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
}

function runHeads(
  kernel: 'attention' | 'attentionGradient',
  { pool, address }: WasmCall,
  { query, key, value, starts, sentences }: AttentionInputs,
  { heads, longest, rate, key: dropoutKey }: AttentionAttributes,
  others: readonly TensorInfo[],
): void {
  const batch = sizeOf(starts) - 1;
  const width = query.shape[1]! / heads;
  pool.run(
    kernel,
    batch * heads,
    [
      ...[query, key, value, ...others, starts, sentences].map(address),
      ...[heads, width, 1 / Math.sqrt(width)],
      ...[dropoutKey, dropThreshold(rate), 1 / (1 - rate)],
    ],
    pool.kernels.attentionScratchBytes(longest, width),
  );
}

import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dropoutNumbers } from '../../ops/dropout-hash';
import type { KernelAttributes, KernelInputs } from '../../ops/kernel-table';
import { sizeOf } from '../../ops/register-kernel';
import { registerWasmKernel, type WasmCall } from './wasm-kernel';

/** Inputs that both kernels have. */
type AttentionInputs = Pick<KernelInputs<'Attention', TensorInfo>, 'qkv' | 'starts' | 'table'>;

/** Registers attention, a task for each head of each sentence, and its gradient: assembly/attention.ts. */
export function registerWasmAttention(): void {
  registerWasmKernel('Attention', (call, inputs, attributes) => {
    const context = call.allocate(inputs.qkv.shape.slice(1));
    const others = [...statesOf(call, inputs.qkv), call.address(context)];
    runHeads('attention', call, inputs, attributes, others);
    return [context];
  });
  registerWasmKernel('AttentionGradient', (call, inputs, attributes) => {
    const { qkv, dContext } = inputs;
    const dQkv = call.allocate(qkv.shape);
    const others = [...statesOf(call, qkv), call.address(dContext), ...statesOf(call, dQkv)];
    runHeads('attentionGradient', call, inputs, attributes, others);
    return dQkv;
  });
}

function runHeads(
  kernel: 'attention' | 'attentionGradient',
  { pool, address }: WasmCall,
  { qkv, starts, table }: AttentionInputs,
  { heads, longest, ...dropout }: KernelAttributes<'Attention'>,
  states: readonly number[],
): void {
  const batch = sizeOf(starts) - 1;
  const width = qkv.shape[2]! / heads;
  pool.run(
    kernel,
    batch * heads,
    [
      ...states,
      ...[starts, table].map(address),
      ...[heads, width, 1 / Math.sqrt(width)],
      ...dropoutNumbers(dropout),
    ],
    pool.kernels.attentionScratchBytes(longest, width),
  );
}

/** Gives the addresses of query, key and value. */
function statesOf({ address }: WasmCall, qkv: TensorInfo): number[] {
  const bytes = (4 * sizeOf(qkv)) / 3;
  return [0, 1, 2].map((part) => address(qkv) + part * bytes);
}

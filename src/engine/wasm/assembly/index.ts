// The module of the CPU engine: AssemblyScript over the heap of tfjs. Every exported kernel does one task of many, in any order, on any
// thread. Addresses are in bytes. `scratch` is memory that belongs to the thread.
export { gelu, geluNew, relu } from './activations';
export { attention, attentionGradient, attentionScratchBytes } from './attention';
export { crossEntropy } from './cross-entropy';
export { dropRows } from './dropout';
export { adamw, add, clear, multiplyNumbers, sumOfSquares } from './elementwise';
export {
  addParts,
  layerNorm,
  layerNormGradient,
  residualNorm,
  residualNormGradient,
} from './layer-norm';
export { DEPTH, matmulScratchBytes, multiply } from './matmul';
export { TILE_COLUMNS, TILE_ROWS } from './micro-kernel';
export { gatherRows, segmentSum } from './rows';
export { COLUMNS_A_TASK, NUMBERS_A_TASK, ROWS_A_TASK } from './task-sizes';
import { multiplyAdd } from './vector-math';

/** Tells whether `multiplyAdd` rounds once: (1 + 2⁻¹²)² − (1 + 2⁻¹¹) is 2⁻²⁴ then, and 0 where the product is rounded first. */
export function fuses(): bool {
  const x = f32x4.splat(<f32>(1.0 + 1.0 / 4096.0));
  const fused = multiplyAdd(x, x, f32x4.splat(<f32>(-1.0 - 1.0 / 2048.0)));
  return f32x4.extract_lane(fused, 0) != 0;
}

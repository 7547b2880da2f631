import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { PROCESSOR_TRAITS, provideEngine } from '../../src/engine/engine';
import { registerWasmAlias } from '../../src/engine/wasm/kernels/alias';
import { registerHostAdamw } from './host-adamw';
import { registerHostDropout } from './host-dropout';
import { registerHostGelu } from './host-gelu';
import { registerHostLayerNorm } from './host-layer-norm';
import { registerHostSegmentSum } from './host-segment-sum';
import { registerHostSumOfSquares } from './host-sum-of-squares';
import { registerHostWeightGradient } from './host-weight-gradient';
import { registerWasmBatchMatMul } from './wasm-batch-matmul';

/** The peer: the CPU engine that the whole path shipped with, tfjs-wasm with XNNPACK's products and kernels in JavaScript. */
export function registerWholePathEngine(): void {
  const unmeasured = { bytes: 0, tensorBytes: 0, tensors: 0 };
  provideEngine({
    ...{ name: 'wasm', traits: PROCESSOR_TRAITS },
    ...{ measureMemory: () => unmeasured, releaseUnusedMemory: () => undefined },
  });
  registerHostAdamw();
  registerHostDropout();
  registerHostGelu();
  registerHostLayerNorm();
  registerHostSegmentSum();
  registerHostSumOfSquares();
  registerHostWeightGradient();
  registerWasmAlias();
  registerWasmBatchMatMul();
}

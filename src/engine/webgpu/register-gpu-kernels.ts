import { registerGpuAttention } from './kernels/attention';
import { registerGpuCrossEntropy } from './kernels/cross-entropy';
import { registerGpuElementwise } from './kernels/elementwise';
import { registerGpuEmbedding } from './kernels/embedding';
import { registerGpuNorms } from './kernels/norms';
import { registerGpuLinear } from './products/linear';

/** Registers our kernels for WebGPU, some in front of tfjs' own. */
export function registerGpuKernels(): void {
  registerGpuAttention();
  registerGpuCrossEntropy();
  registerGpuElementwise();
  registerGpuEmbedding();
  registerGpuLinear();
  registerGpuNorms();
}

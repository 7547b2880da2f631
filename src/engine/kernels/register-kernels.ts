import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerHostDropout } from './host-dropout';
import { registerWebgpuDropout } from './webgpu-dropout';
import { registerHostSegmentSum } from './host-segment-sum';

/** Registers our kernels for every backend, whichever is started. tfjs-core alone registers no gradients: the import above does. */
export function registerKernels(): void {
  registerHostDropout();
  registerWebgpuDropout();
  registerHostSegmentSum();
}

import type { GpuDevice } from './gpu-device';
import { KernelTimer, type KernelTime } from './kernel-timer';

/** Times each of our kernels that `run` dispatches, replayed or not; tfjs' own are left out. @throws where the device has no timestamps */
export async function timeKernels(
  gpu: GpuDevice,
  run: () => Promise<unknown>,
): Promise<KernelTime[]> {
  const { queue } = gpu;
  const timer = new KernelTimer(gpu.device);
  queue.flush();
  gpu.timer = timer;
  try {
    await run();
  } finally {
    gpu.timer = undefined;
  }
  queue.flush();
  const times = await timer.read(queue);
  timer.dispose();
  queue.faults.expectNone();
  return times;
}

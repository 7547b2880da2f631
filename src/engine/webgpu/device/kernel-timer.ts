import { pipelineKey, type GpuKernel, type Halves } from '../code/gpu-kernel';
import type { CommandQueue } from './command-queue';

/** Time that all dispatches of one kernel took. */
export interface KernelTime {
  /** Key of its pipeline: see `pipelineKey`. */
  kernel: string;
  dispatches: number;
  /** Milliseconds on the device, all together. */
  ms: number;
}

/** WebGPU's largest set of queries; a dispatch takes two. */
const QUERIES = 4096;

/**
 * Times dispatches on the device, each in a compute pass of its own. Such passes wait for each other, so that the sum is a little more than
 * what an untimed run takes; browsers round the times to 0.1 ms unless they are told not to.
 */
export class KernelTimer {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #kernels: string[] = [];

  /** @throws where the device has no timestamps. */
  constructor(device: GPUDevice) {
    if (!device.features.has('timestamp-query'))
      throw new Error('This GPU tells no times (timestamp-query); take the wall clock instead.');
    this.#device = device;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: QUERIES });
  }

  /** Describes the pass for the next dispatch of a kernel. @throws where there are more dispatches than the queries hold. */
  pass(kernel: GpuKernel, halves?: Halves): GPUComputePassDescriptor {
    const first = 2 * this.#kernels.length;
    if (first >= QUERIES)
      throw new Error(`At most ${QUERIES / 2} dispatches can be timed at once; time fewer steps.`);
    this.#kernels.push(pipelineKey(kernel, halves));
    return {
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: first,
        endOfPassWriteIndex: first + 1,
      },
    };
  }

  /** Reads the time of each kernel, the longest first. The kernels must have been submitted. */
  async read(queue: CommandQueue): Promise<KernelTime[]> {
    const count = 2 * this.#kernels.length;
    if (count === 0) return [];
    const resolved = this.#device.createBuffer({
      size: 8 * count,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, count, resolved, 0);
    this.#device.queue.submit([encoder.finish()]);
    const stamps = new BigInt64Array(await queue.read(resolved, 0, 8 * count)); // ns
    resolved.destroy();
    const times = new Map<string, KernelTime>();
    this.#kernels.forEach((kernel, index) => {
      const time = times.get(kernel) ?? { kernel, dispatches: 0, ms: 0 };
      time.dispatches++;
      time.ms += Number(stamps[2 * index + 1]! - stamps[2 * index]!) / 1e6;
      times.set(kernel, time);
    });
    return [...times.values()].toSorted((a, b) => b.ms - a.ms);
  }

  dispose(): void {
    this.#queries.destroy();
  }
}

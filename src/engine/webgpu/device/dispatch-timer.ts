import type { BufferPart } from '../code/buffer-part';
import { spreadGroups, type GpuKernel, type Halves } from '../code/gpu-kernel';
import { packNumbers } from '../code/kernel-numbers';
import type { GpuDevice } from './gpu-device';

/** A dispatch of a kernel on buffers of its own. */
export interface TimedDispatch {
  kernel: GpuKernel;
  /** Parts of buffers, in the order of the kernel's tensors. */
  places: readonly BufferPart[];
  /** Values of the kernel's numbers, in their order. */
  values: number[];
  groups: number;
  halves?: Halves;
}

/** Bytes of two timestamps, which are u64 nanoseconds. */
const TIMESTAMP_BYTES = 16;

/** Measures dispatches on the device: by the device's clock where it has one, else by the time from the submit until it is done. */
export class DispatchTimer {
  readonly #gpu: GpuDevice;
  readonly #clock: { queries: GPUQuerySet; resolved: GPUBuffer; read: GPUBuffer } | undefined;

  constructor(gpu: GpuDevice) {
    this.#gpu = gpu;
    const { device } = gpu;
    if (!device.features.has('timestamp-query')) return;
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const size = TIMESTAMP_BYTES;
    this.#clock = {
      queries: device.createQuerySet({ type: 'timestamp', count: 2 }),
      resolved: device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC }),
      read: device.createBuffer({ size, usage: COPY_DST | MAP_READ }),
    };
  }

  /**
   * Runs a dispatch so many times in one pass. Browsers round the device's clock, often to 0.1 ms.
   *
   * @returns milliseconds of one
   */
  async time(
    { kernel, places, values, groups, halves }: TimedDispatch,
    times: number,
  ): Promise<number> {
    const { device, pipelines } = this.#gpu;
    const { queue } = device;
    const numbers = packNumbers(kernel.numbers, groups, values);
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    const uniform = device.createBuffer({ size: numbers.byteLength, usage: UNIFORM | COPY_DST });
    queue.writeBuffer(uniform, 0, numbers);
    const pipeline = pipelines.get(kernel, halves);
    const bindGroup = pipelines.bind(pipeline, places, { buffer: uniform });
    const encoder = device.createCommandEncoder();
    const clock = this.#clock;
    const pass = encoder.beginComputePass(
      clock && {
        timestampWrites: {
          querySet: clock.queries,
          beginningOfPassWriteIndex: 0,
          endOfPassWriteIndex: 1,
        },
      },
    );
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...spreadGroups(groups));
    pass.end();
    if (clock) {
      encoder.resolveQuerySet(clock.queries, 0, 2, clock.resolved, 0);
      encoder.copyBufferToBuffer(clock.resolved, 0, clock.read, 0, TIMESTAMP_BYTES);
    }
    const commands = encoder.finish();
    const started = performance.now();
    queue.submit([commands]);
    const elapsed = clock ? await readClock(clock.read) : await this.#waitSince(started);
    uniform.destroy();
    return elapsed / times;
  }

  dispose(): void {
    if (!this.#clock) return;
    const { queries, resolved, read } = this.#clock;
    for (const owned of [queries, resolved, read]) owned.destroy();
  }

  async #waitSince(started: number): Promise<number> {
    await this.#gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  }
}

async function readClock(buffer: GPUBuffer): Promise<number> {
  await buffer.mapAsync(GPUMapMode.READ);
  const [begin, end] = new BigUint64Array(buffer.getMappedRange()) as unknown as [bigint, bigint];
  buffer.unmap();
  return Math.max(0, Number(end - begin) / 1e6);
}

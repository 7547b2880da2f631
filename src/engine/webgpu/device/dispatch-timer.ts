import type { BufferPart } from '../code/buffer-part';
import type { GpuBackend } from './gpu-backend';
import { packNumbers, spreadGroups, type GpuKernel, type Halves } from '../code/gpu-kernel';

/** A kernel on buffers of its own. */
export interface TimedDispatch {
  kernel: GpuKernel;
  /** By the kernel's bindings. */
  places: readonly BufferPart[];
  /** By the kernel's numbers. */
  values: number[];
  groups: number;
  halves?: Halves;
}

/** Two timestamps of 8 bytes, in nanoseconds. */
const TIMESTAMP_BYTES = 16;

/** Measures dispatches on the device: by its own clock where it has one, else from the submit until it is done. */
export class DispatchTimer {
  readonly #backend: GpuBackend;
  readonly #clock: { queries: GPUQuerySet; resolved: GPUBuffer; read: GPUBuffer } | undefined;

  constructor(backend: GpuBackend) {
    this.#backend = backend;
    const { device } = backend;
    if (!device.features.has('timestamp-query')) return;
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const size = TIMESTAMP_BYTES;
    this.#clock = {
      queries: device.createQuerySet({ type: 'timestamp', count: 2 }),
      resolved: device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC }),
      read: device.createBuffer({ size, usage: COPY_DST | MAP_READ }),
    };
  }

  /** Runs a dispatch so many times in one pass; milliseconds of one. Browsers round the device's clock, often to 0.1 ms. */
  async time(
    { kernel, places, values, groups, halves }: TimedDispatch,
    times: number,
  ): Promise<number> {
    const { device, queue } = this.#backend;
    const numbers = packNumbers(kernel, groups, values);
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    const uniform = device.createBuffer({ size: numbers.byteLength, usage: UNIFORM | COPY_DST });
    queue.writeBuffer(uniform, 0, numbers);
    const pipeline = this.#backend.pipelines.get(kernel, halves);
    const bindGroup = this.#backend.pipelines.bind(pipeline, places, { buffer: uniform });
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
    await this.#backend.queue.onSubmittedWorkDone();
    return performance.now() - started;
  }
}

async function readClock(buffer: GPUBuffer): Promise<number> {
  await buffer.mapAsync(GPUMapMode.READ);
  const [begin, end] = new BigUint64Array(buffer.getMappedRange()) as unknown as [bigint, bigint];
  buffer.unmap();
  return Math.max(0, Number(end - begin) / 1e6);
}

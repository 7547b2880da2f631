import { expectRoom } from '../code/buffer-part';
import type { CommandQueue } from './command-queue';

/** Buffers of ours on the device, beside those that tfjs makes for its tensors. */
export class GpuMemory {
  /** Bytes of a buffer that a kernel can bind as a whole; a test may set it lower. */
  largestBuffer: number;
  readonly #device: GPUDevice;
  readonly #queue: CommandQueue;
  #bytes = 0;

  constructor(device: GPUDevice, queue: CommandQueue) {
    this.#device = device;
    this.#queue = queue;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    this.largestBuffer = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  }

  /** Bytes of all buffers of ours. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes a buffer of zeros. @throws where the device has none so large. */
  create(size: number, usage: GPUBufferUsageFlags, label: string): GPUBuffer {
    expectRoom(label, size, this.#device.limits.maxBufferSize);
    this.#bytes += size;
    return this.#device.createBuffer({ size, usage, label });
  }

  /** Gives a buffer back, after the kernels that wait to be submitted: a submit that names a destroyed buffer is refused. */
  destroy(buffer: GPUBuffer): void {
    this.#queue.flush();
    this.#bytes -= buffer.size;
    buffer.destroy();
  }
}

import type { GpuBackend } from './gpu-backend';

/**
 * A small part of a buffer that the host reads after every step. It keeps the memory that it is read through: to make and map that anew
 * costs as much JavaScript as a tenth of a step.
 */
export class Readback {
  readonly #backend: GpuBackend;
  readonly #staging: GPUBuffer;
  readonly #from: GPUBuffer;

  /** The first numbers of a buffer, which outlives this. */
  constructor(backend: GpuBackend, from: GPUBuffer, count: number) {
    this.#backend = backend;
    this.#from = from;
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    this.#staging = backend.createBuffer(4 * count, usage, `${from.label}, read`);
  }

  /** Copies the numbers as they are at this place of a command buffer; none may be copied between this and the end of `read`. */
  copy(encoder: GPUCommandEncoder): void {
    encoder.copyBufferToBuffer(this.#from, 0, this.#staging, 0, this.#staging.size);
  }

  /** What was copied, once it is submitted. @throws GpuFault where the device has failed. */
  read(): Promise<Float32Array> {
    return this.#backend.faults.guard(async () => {
      await this.#staging.mapAsync(GPUMapMode.READ);
      try {
        return new Float32Array(this.#staging.getMappedRange()).slice();
      } finally {
        this.#staging.unmap();
      }
    });
  }

  dispose(): void {
    this.#backend.destroyBuffer(this.#staging);
  }
}

/** Copies a part of any buffer to the host, after all work so far. @throws GpuFault where the device has failed. */
export function readBuffer(
  backend: GpuBackend,
  buffer: GPUBuffer,
  offset: number,
  size: number,
): Promise<ArrayBuffer> {
  return backend.faults.guard(async () => {
    backend.flush();
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = backend.device.createBuffer({ size, usage });
    try {
      const encoder = backend.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
      backend.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      return staging.getMappedRange().slice(0);
    } finally {
      staging.destroy();
    }
  });
}

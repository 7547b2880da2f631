import type { BufferPart } from '../code/buffer-part';
import type { GpuBackend } from '../device/gpu-backend';

/**
 * What the host reads of a step, at once. It keeps the memory that it is read through: to make and map that anew costs as much JavaScript as
 * a tenth of a step.
 */
export class StepResults {
  /** f32[1]: of the last micro-batch. */
  readonly loss: BufferPart;
  /** f32[2]: the gradients' norm, and the factor that they are multiplied by. */
  readonly norm: BufferPart;
  readonly #backend: GpuBackend;
  readonly #staging: GPUBuffer;

  constructor(backend: GpuBackend) {
    const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const create = (size: number, label: string): BufferPart => {
      const buffer = backend.createBuffer(size, STORAGE | COPY_SRC, label);
      return { buffer, offset: 0, size };
    };
    this.loss = create(4, 'loss');
    this.norm = create(8, 'norm and factor');
    this.#backend = backend;
    this.#staging = backend.createBuffer(8, COPY_DST | MAP_READ, 'loss and norm, read');
  }

  /** Copies them as they are at this place of a command buffer; none may be copied between this and the end of `read`. */
  copy(encoder: GPUCommandEncoder): void {
    encoder.copyBufferToBuffer(this.loss.buffer, 0, this.#staging, 0, 4);
    encoder.copyBufferToBuffer(this.norm.buffer, 0, this.#staging, 4, 4);
  }

  /** What was copied, once it is submitted. @throws GpuFault where the device has failed. */
  read(): Promise<{ loss: number; norm: number }> {
    return this.#backend.faults.guard(async () => {
      await this.#staging.mapAsync(GPUMapMode.READ);
      try {
        const [loss, norm] = new Float32Array(this.#staging.getMappedRange());
        return { loss: loss!, norm: norm! };
      } finally {
        this.#staging.unmap();
      }
    });
  }

  dispose(): void {
    for (const buffer of [this.#staging, this.loss.buffer, this.norm.buffer])
      this.#backend.destroyBuffer(buffer);
  }
}

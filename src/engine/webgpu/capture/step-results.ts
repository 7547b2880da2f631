import type { BufferPart } from '../code/buffer-part';
import type { GpuDevice } from '../device/gpu-device';

/**
 * Results of a step that the host reads, all at once. The memory through which they are read is kept, because making and mapping it anew
 * costs as much JavaScript as a tenth of a step.
 */
export class StepResults {
  /** f32[1]: loss of the last micro-batch. */
  readonly loss: BufferPart;
  /** f32[2]: norm of the gradients, and the factor that they are multiplied by. */
  readonly norm: BufferPart;
  readonly #gpu: GpuDevice;
  readonly #staging: GPUBuffer;

  constructor(gpu: GpuDevice) {
    const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const create = (size: number, label: string): BufferPart => {
      const buffer = gpu.memory.create(size, STORAGE | COPY_SRC, label);
      return { buffer, offset: 0, size };
    };
    this.loss = create(4, 'loss');
    this.norm = create(8, 'norm and factor');
    this.#gpu = gpu;
    this.#staging = gpu.memory.create(8, COPY_DST | MAP_READ, 'loss and norm, read');
  }

  /** Adds a copy of the results, as they are by then, to commands. The next copy may be made only after `read` has ended. */
  copy(encoder: GPUCommandEncoder): void {
    encoder.copyBufferToBuffer(this.loss.buffer, 0, this.#staging, 0, 4);
    encoder.copyBufferToBuffer(this.norm.buffer, 0, this.#staging, 4, 4);
  }

  /** Reads what was copied, once the copy is submitted. @throws GpuFault where the device has failed. */
  read(): Promise<{ loss: number; norm: number }> {
    return this.#gpu.queue.faults.guard(async () => {
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
      this.#gpu.memory.destroy(buffer);
  }
}

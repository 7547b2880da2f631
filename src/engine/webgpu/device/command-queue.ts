import type { FaultWatch } from './fault-watch';
import { SUBMIT_MS, SubmitPace } from './submit-pace';

/** The way of all work to the device: commands are submitted in order, after what tfjs has gathered, and results are read back. */
export class CommandQueue {
  readonly faults: FaultWatch;
  /** Pace of submits outside of plans. */
  pace: Pick<SubmitPace, 'dispatches' | 'noteSubmit'>;
  /** Milliseconds of a submit that a replayed step is cut for; a benchmark of its JavaScript wants one submit. */
  submitMs = SUBMIT_MS;
  readonly #device: GPUDevice;
  readonly #submitGathered: () => void;

  /** @param submitGathered submits the commands that tfjs has gathered */
  constructor(device: GPUDevice, faults: FaultWatch, submitGathered: () => void) {
    this.#device = device;
    this.faults = faults;
    this.pace = new SubmitPace(device.queue);
    this.#submitGathered = submitGathered;
  }

  /** Submits what tfjs has gathered, so that whatever is submitted next comes after it. */
  flush(): void {
    this.#submitGathered();
  }

  /** Submits commands of their own. */
  submit(record: (encoder: GPUCommandEncoder) => void): void {
    const encoder = this.#device.createCommandEncoder();
    record(encoder);
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Writes numbers into a buffer, from an offset in bytes; commands that are submitted later see them. */
  write(buffer: GPUBuffer, offset: number, numbers: ArrayBuffer | ArrayBufferView): void {
    this.#device.queue.writeBuffer(buffer, offset, numbers as BufferSource);
  }

  /** Copies a part of any buffer to the host, after all work so far. @throws GpuFault where the device has failed. */
  read(buffer: GPUBuffer, offset: number, size: number): Promise<ArrayBuffer> {
    return this.faults.guard(async () => {
      this.flush();
      const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
      const staging = this.#device.createBuffer({ size, usage });
      try {
        this.submit((encoder) => encoder.copyBufferToBuffer(buffer, offset, staging, 0, size));
        await staging.mapAsync(GPUMapMode.READ);
        return staging.getMappedRange().slice(0);
      } finally {
        staging.destroy();
      }
    });
  }
}

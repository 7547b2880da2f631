import { GpuFault } from './gpu-fault';

/** Milliseconds that a failed read waits for the news that the device is lost: the two arrive in any order. */
const LOSS_KNOWN_MS = 1000;

/** Remembers the first fault of a device. A kernel that is refused leaves its output as it was, and nothing else would tell. */
export class FaultWatch {
  readonly #device: GPUDevice;
  #fault: GpuFault | undefined;
  /** Listener that is called once, with the first fault. */
  onFault: ((fault: GpuFault) => void) | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#note(
        error instanceof GPUOutOfMemoryError
          ? new GpuFault('out-of-memory', `The GPU has no memory left: ${error.message}`)
          : new GpuFault(
              'refused',
              `The GPU refused work, so its numbers are wrong: ${error.message}`,
            ),
      );
    });
    void device.lost.then(({ message }) =>
      this.#note(new GpuFault('lost', message || 'The browser took the GPU device away.')),
    );
  }

  get fault(): GpuFault | undefined {
    return this.#fault;
  }

  /** @throws GpuFault where there was one. */
  expectNone(): void {
    if (this.#fault) throw this.#fault;
  }

  /** Awaits a read. @throws GpuFault where the device has failed, whatever the read gave */
  async guard<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      const result = await read();
      this.expectNone();
      return result;
    } catch (error) {
      if (!this.#fault) {
        const enough = new Promise((resolve) => setTimeout(resolve, LOSS_KNOWN_MS));
        await Promise.race([this.#device.lost, enough]);
      }
      throw this.#fault ?? error;
    }
  }

  #note(fault: GpuFault): void {
    if (this.#fault) return;
    this.#fault = fault;
    this.onFault?.(fault);
  }
}

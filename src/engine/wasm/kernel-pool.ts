import {
  loadKernels,
  type KernelBuild,
  type KernelExports,
  type KernelName,
} from './kernel-module';
import { MAX_TASKS, PoolControl } from './pool-control';
import PoolThread from './pool-thread.worker?worker';
import type { ThreadStart } from './pool-thread.worker';

/** The heap that the kernels work on, as tfjs has it. */
export interface KernelHeap {
  memory: WebAssembly.Memory;
  /** @throws where there is no room. */
  allocate: (bytes: number) => number;
  free: (address: number) => void;
}

/**
 * The CPU engine's threads: this one and `threads − 1` others over one shared memory. Kernels are called with numbers and split into tasks;
 * how many there are, and who does them, never changes a result.
 */
export class KernelPool {
  readonly threads: number;
  readonly build: KernelBuild;
  readonly kernels: KernelExports;
  readonly heap: KernelHeap;
  readonly #control: PoolControl;
  readonly #maySleep = !('document' in globalThis); // a page's own thread may not
  #scratch: number[] = [];
  #scratchBytes = 0;

  private constructor(
    heap: KernelHeap,
    control: PoolControl,
    kernels: KernelExports,
    build: KernelBuild,
    threads: number,
  ) {
    this.heap = heap;
    this.#control = control;
    this.kernels = kernels;
    this.build = build;
    this.threads = threads;
  }

  /** Starts the threads; more than one needs a shared memory. */
  static async start(heap: KernelHeap, threads: number, build?: KernelBuild): Promise<KernelPool> {
    const loaded = await loadKernels(heap.memory, build);
    const { module } = loaded;
    const control = PoolControl.create(threads > 1);
    const { memory } = heap;
    const start = (thread: number) =>
      startThread({ module, memory, board: control.buffer, thread });
    await Promise.all(Array.from({ length: threads - 1 }, (_, index) => start(index + 1)));
    return new KernelPool(heap, control, loaded.exports, loaded.build, threads);
  }

  /**
   * Runs a kernel's tasks and waits for the last.
   *
   * @param scratchBytes what one task needs of its thread's scratch
   */
  run(kernel: KernelName, tasks: number, numbers: readonly number[], scratchBytes = 0): void {
    if (scratchBytes > this.#scratchBytes) this.#growScratch(scratchBytes);
    if (this.threads === 1 || tasks === 1) {
      for (let task = 0; task < tasks; task++)
        this.kernels[kernel](task, this.#scratch[0] ?? 0, ...numbers);
      return;
    }
    if (tasks > MAX_TASKS) throw new Error(`${kernel}: ${tasks} tasks are more than ${MAX_TASKS}.`);
    this.#control.post(kernel, tasks, numbers);
    try {
      this.#control.work(this.kernels, 0);
    } finally {
      this.#control.join(this.#maySleep); // nobody may be at work on this job when the next is posted
    }
  }

  /** Ends the other threads. */
  dispose(): void {
    this.#control.close();
  }

  #growScratch(bytes: number): void {
    for (const address of this.#scratch.splice(0)) this.heap.free(address);
    this.#scratchBytes = 0; // should there be no room, the next call asks again
    for (let thread = 0; thread < this.threads; thread++) {
      const address = this.heap.allocate(bytes);
      this.#scratch.push(address);
      this.#control.setScratch(thread, address);
    }
    this.#scratchBytes = bytes;
  }
}

async function startThread(start: ThreadStart): Promise<void> {
  const worker = new PoolThread();
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) =>
      reject(new Error(`A thread of the CPU engine did not start: ${event.message}`));
    worker.postMessage(start);
  });
}

let open: KernelPool | undefined;

/** The pool that tfjs' wasm backend runs our kernels on. */
export function currentPool(): KernelPool {
  if (!open) throw new Error('The CPU engine has not been started.');
  return open;
}

/** Takes a pool into use; the one before ends. */
export function usePool(pool: KernelPool): void {
  open?.dispose();
  open = pool;
}

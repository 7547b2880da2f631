import {
  loadKernels,
  type KernelBuild,
  type KernelExports,
  type WasmKernelName,
} from '../kernel-module';
import { MAX_TASKS, PoolControl } from './pool-control';
import {
  LOADING_LIMIT_MS,
  runStage,
  THREAD_LIMIT_MS,
  type OnStage,
  type StageOptions,
} from '../../start-stage';
import { startThread, type MakeThread } from '../start/start-thread';

/** tfjs' heap, which the kernels work on. */
export interface KernelHeap {
  memory: WebAssembly.Memory;
  /** Allocates memory. @throws where there is no room. */
  allocate: (bytes: number) => number;
  free: (address: number) => void;
}

export interface PoolOptions {
  /** Build of the kernels; undefined takes the fastest that runs well here. */
  build?: KernelBuild | undefined;
  onStage?: OnStage | undefined;
  /** Milliseconds that the start waits for each thread. */
  threadLimitMs?: number;
  /** Maker of threads; undefined makes workers of this one. */
  makeThread?: MakeThread | undefined;
}

/**
 * The CPU engine's threads: this one and `threads − 1` others over one shared memory. A kernel is called with numbers and split into tasks. The
 * number of tasks, and which thread does them, never changes a result.
 */
export class KernelPool {
  readonly threads: number;
  /** Reason for fewer threads than were wanted, as a sentence; empty where it has all. */
  readonly shortfall: string;
  readonly build: KernelBuild;
  readonly kernels: KernelExports;
  readonly heap: KernelHeap;
  readonly #control: PoolControl;
  readonly #maySleep = !('document' in globalThis); // a page's own thread may not
  /** Threads that may come to the board; one that was given up may still come late and help. */
  readonly #places: number;
  #scratch: number[] = [];
  #scratchBytes = 0;

  private constructor(
    heap: KernelHeap,
    control: PoolControl,
    kernels: KernelExports,
    build: KernelBuild,
    threads: number,
    { places, shortfall }: { places: number; shortfall: string },
  ) {
    this.shortfall = shortfall;
    this.#places = places;
    this.heap = heap;
    this.#control = control;
    this.kernels = kernels;
    this.build = build;
    this.threads = threads;
  }

  /**
   * Starts the threads one after the other; more than one needs a shared memory. If one does not start in time, the pool continues with those
   * that did. Fewer threads are slower, but results are the same.
   */
  static async start(
    heap: KernelHeap,
    threads: number,
    { build, onStage, threadLimitMs = THREAD_LIMIT_MS, makeThread }: PoolOptions = {},
  ): Promise<KernelPool> {
    const loaded = await runStage('Loading the kernels', loading(onStage), () =>
      loadKernels(heap.memory, build),
    );
    const control = PoolControl.create(threads > 1);
    const { module } = loaded;
    const { memory } = heap;
    let running = 1; // this thread
    let shortfall = '';
    while (running < threads && !shortfall) {
      const stage = `Starting thread ${running + 1} of ${threads}`;
      const start = { module, memory, board: control.buffer, thread: running };
      const options = { onStage, limitMs: threadLimitMs, wayOut: 'the others do its work' };
      try {
        await runStage(stage, options, () => startThread(start, makeThread));
        running++;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        shortfall = `It has ${running} of ${threads} threads, because one did not start. ${why}`;
      }
    }
    return new KernelPool(heap, control, loaded.exports, loaded.build, running, {
      places: threads,
      shortfall,
    });
  }

  /**
   * Runs a kernel's tasks and waits for the last.
   *
   * @param scratchBytes bytes that one task needs of its thread's scratch
   */
  run(kernel: WasmKernelName, tasks: number, numbers: readonly number[], scratchBytes = 0): void {
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
    for (let thread = 0; thread < this.#places; thread++) {
      const address = this.heap.allocate(bytes);
      this.#scratch.push(address);
      this.#control.setScratch(thread, address);
    }
    this.#scratchBytes = bytes;
  }
}

const loading = (onStage: OnStage | undefined): StageOptions => ({
  onStage,
  limitMs: LOADING_LIMIT_MS,
  wayOut: 'look at the connection and reload the page',
});

let open: KernelPool | undefined;

/** Finds the pool that tfjs' WASM backend runs our kernels on. */
export function currentPool(): KernelPool {
  if (!open) throw new Error('The CPU engine has not been started.');
  return open;
}

/** Takes a pool into use, and ends the one before. */
export function usePool(pool: KernelPool): void {
  open?.dispose();
  open = pool;
}

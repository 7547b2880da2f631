import { sharedBuffer } from '../../../browser/shared-memory';
import { KERNEL_NAMES, type KernelExports, type WasmKernelName } from '../kernel-module';

/** Places of the words that all threads see, i32 each. */
const WORD = {
  /** Number of the job; a thread without work sleeps on it. */
  generation: 0,
  /** Number of the job and its next task in one word, so that a thread that wakes late takes no task of another job. */
  ticket: 1,
  tasks: 2,
  /** Tasks that are done; the thread that waits for the job's end sleeps on it. */
  done: 3,
  kernel: 4,
  numbers: 5,
  failed: 6,
  closed: 7,
  /** Address of each thread's scratch. */
  scratch: 8,
} as const;
/** Most threads: among more, the products of a BERT are too small to be shared. */
export const MAX_THREADS = 16;
const WORDS = WORD.scratch + MAX_THREADS;
const MAX_NUMBERS = 24;
/** Bits of a ticket that count tasks; the others hold the job's generation. */
const TASK_BITS = 16;
const NO_TASK = (1 << TASK_BITS) - 1;
export const MAX_TASKS = NO_TASK;
/** Milliseconds that a thread looks for work before it goes to sleep: mostly the next job begins in that time, and waking takes as long. */
const LOOK_MS = 0.2;
/** Looks at a word between two looks at the clock. */
const LOOKS = 200;

/**
 * The job board of the pool. It holds one job at a time: its kernel, its numbers and its tasks. Threads take tasks one by one until none is left;
 * a task's result does not depend on the thread that does it.
 */
export class PoolControl {
  /** Memory of the board, from which another thread makes its own view of it. */
  readonly buffer: ArrayBufferLike;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;

  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, WORDS);
    this.#numbers = new Float64Array(buffer, 4 * WORDS, MAX_NUMBERS);
  }

  static create(isShared: boolean): PoolControl {
    const bytes = 4 * WORDS + 8 * MAX_NUMBERS;
    return new PoolControl(isShared ? sharedBuffer(bytes) : new ArrayBuffer(bytes));
  }

  setScratch(thread: number, address: number): void {
    this.#words[WORD.scratch + thread] = address;
  }

  /** Puts a job up. The one before must be done. */
  post(kernel: WasmKernelName, tasks: number, numbers: readonly number[]): void {
    const words = this.#words;
    const generation = (words[WORD.generation]! + 1) | 0;
    // First the old ticket is taken down: a thread that holds it would take the new tasks for the old job's.
    Atomics.store(words, WORD.ticket, (generation << TASK_BITS) | NO_TASK);
    words[WORD.kernel] = KERNEL_NAMES.indexOf(kernel);
    words[WORD.numbers] = numbers.length;
    this.#numbers.set(numbers);
    words[WORD.tasks] = tasks;
    Atomics.store(words, WORD.done, 0);
    Atomics.store(words, WORD.ticket, generation << TASK_BITS);
    Atomics.store(words, WORD.generation, generation);
    Atomics.notify(words, WORD.generation);
  }

  /** Does tasks of the job that is up until none is left. */
  work(kernels: KernelExports, thread: number): void {
    const words = this.#words;
    for (;;) {
      const ticket = Atomics.load(words, WORD.ticket);
      const task = ticket & NO_TASK;
      if (task >= words[WORD.tasks]!) return;
      const name = KERNEL_NAMES[words[WORD.kernel]!]!;
      const numbers = this.#numbers.slice(0, words[WORD.numbers]);
      // The values read above belong to this job only if the ticket is unchanged: a job is not replaced before each task taken from it is done.
      if (Atomics.compareExchange(words, WORD.ticket, ticket, ticket + 1) !== ticket) continue;
      try {
        kernels[name](task, words[WORD.scratch + thread]!, ...numbers);
      } catch (error) {
        Atomics.store(words, WORD.failed, 1);
        throw error;
      } finally {
        const done = Atomics.add(words, WORD.done, 1) + 1;
        if (done === words[WORD.tasks]) Atomics.notify(words, WORD.done);
      }
    }
  }

  /** Waits until every task is done. @throws where one failed on another thread. */
  join(maySleep: boolean): void {
    const words = this.#words;
    while (Atomics.load(words, WORD.done) !== words[WORD.tasks]) {
      const done = lookForChange(words, WORD.done, Atomics.load(words, WORD.done));
      if (done !== words[WORD.tasks] && maySleep) Atomics.wait(words, WORD.done, done, 100);
    }
    if (Atomics.load(words, WORD.failed) !== 0) {
      throw new Error('A thread of the CPU engine failed; reload the page.');
    }
  }

  /** Works at each job that is put up, until the board is closed: the life of a thread. */
  serve(kernels: KernelExports, thread: number): void {
    const words = this.#words;
    let seen = 0;
    while (Atomics.load(words, WORD.closed) === 0) {
      lookForChange(words, WORD.generation, seen);
      Atomics.wait(words, WORD.generation, seen);
      seen = Atomics.load(words, WORD.generation);
      this.work(kernels, thread);
    }
  }

  close(): void {
    Atomics.store(this.#words, WORD.closed, 1);
    Atomics.add(this.#words, WORD.generation, 1);
    Atomics.notify(this.#words, WORD.generation);
  }
}

/** Looks at a word until it is no longer `value`, or for a while; returns what it is. */
function lookForChange(words: Int32Array, index: number, value: number): number {
  const end = performance.now() + LOOK_MS;
  do {
    for (let look = 0; look < LOOKS; look++) {
      const now = Atomics.load(words, index);
      if (now !== value) return now;
    }
  } while (performance.now() < end);
  return value;
}

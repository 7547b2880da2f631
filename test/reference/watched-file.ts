import { expect } from 'vitest';

/** A File that keeps account of what is read of it. */
export class WatchedFile extends File {
  /** Bytes of each read, in their order. */
  readonly reads: number[] = [];

  override slice(start = 0, end = this.size): Blob {
    this.reads.push(end - start);
    return super.slice(start, end);
  }

  bytesRead(): number {
    return this.reads.reduce((sum, bytes) => sum + bytes, 0);
  }

  forget(): void {
    this.reads.length = 0;
  }
}

/**
 * Does something and expects it to take less of the processor's time, which other work on the machine does not lengthen as it does the
 * clock's; a garbage collection in between is given three tries.
 */
export async function withinTime<Result>(
  limitMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  let fastestMs = Infinity;
  for (let tries = 0; ; tries++) {
    const start = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(start);
    fastestMs = Math.min(fastestMs, (user + system) / 1000);
    if (fastestMs < limitMs) return result;
    if (tries === 2) expect(fastestMs).toBeLessThan(limitMs);
  }
}

/** Expects a file to be refused with a sentence, within 200 ms and twice its memory. */
export async function expectFrugalRefusal(
  file: WatchedFile,
  read: (file: File) => Promise<unknown>,
  most: {
    messageLength: number;
    /** Bytes read of the file. */
    read: number;
    /** Garbage counts too: bytes that the runtime itself, and what was read before the refusal, may take. */
    besides: number;
  },
): Promise<void> {
  const before = process.memoryUsage();
  const error = await withinTime(200, () => {
    file.forget();
    return read(file).catch((reason: unknown) => reason);
  });
  const after = process.memoryUsage();
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message.length).toBeLessThan(most.messageLength);
  expect(file.bytesRead()).toBeLessThanOrEqual(most.read);
  const taken = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  expect(taken).toBeLessThan(2 * file.size + most.besides);
}

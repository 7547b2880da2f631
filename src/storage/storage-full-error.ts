import { estimateStorage } from '../browser/offered';

/** Error of a write for which the browser has no room; everything that was stored before stays. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
  readonly neededBytes: number;
  /** Bytes that the browser said were free; Infinity where it does not say. */
  readonly freeBytes: number;
  /** Sentence about what is missing, without a way out. */
  readonly shortage: string;

  constructor(what: string, neededBytes: number, freeBytes: number) {
    // Chrome's estimate is not the free space of the disk: a write may fail although enough was said to be free.
    const outcome =
      freeBytes < neededBytes
        ? `only ${inMegabytes(freeBytes)} are free`
        : 'the browser has no room for it';
    const load = neededBytes > 0 ? `${inMegabytes(neededBytes)} of storage` : 'storage';
    const shortage = `${what} needs ${load}, but ${outcome}`;
    super(
      `${shortage}; delete a model, a run or a corpus, or free disk space, and try again. Nothing stored before was changed.`,
    );
    this.shortage = `${shortage}.`;
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }
}

/** Estimates the bytes that the browser still grants this page; Infinity where it does not say. */
export async function estimateFreeBytes(): Promise<number> {
  const { quota, usage } = (await estimateStorage()) ?? {};
  return quota === undefined ? Infinity : Math.max(0, quota - (usage ?? 0));
}

/** Checks that the browser grants so many bytes; where it does not say, only the write itself can tell. @throws StorageFullError */
export async function requireFreeBytes(what: string, neededBytes: number): Promise<void> {
  const freeBytes = await estimateFreeBytes();
  if (freeBytes < neededBytes) throw new StorageFullError(what, neededBytes, freeBytes);
}

/** `38 MB`, `1,290 MB`, `6.5 MB`. */
export function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;
}

import { estimateStorage } from '../browser/offered';

/** The browser's storage cannot take what was to be written; nothing that was stored before is touched. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
  readonly neededBytes: number;
  /** What the browser says it leaves; Infinity where it does not say. */
  readonly freeBytes: number;

  constructor(what: string, neededBytes: number, freeBytes: number) {
    // Chrome estimates a round figure, not the disk: it may refuse what it called free.
    const outcome =
      freeBytes < neededBytes
        ? `only ${formatBytes(freeBytes)} are free`
        : 'the browser has no room for it';
    super(
      `${what} needs ${formatBytes(neededBytes)} of storage, but ${outcome}; delete a model, a run or a corpus, or free disk space, and try again. Nothing stored before was changed.`,
    );
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }
}

/** Bytes the browser still grants this page; Infinity where it does not say. */
export async function estimateFreeBytes(): Promise<number> {
  const { quota, usage } = (await estimateStorage()) ?? {};
  return quota === undefined ? Infinity : Math.max(0, quota - (usage ?? 0));
}

/** @throws StorageFullError if less than `neededBytes` is free; where the browser does not say, only the writing itself can tell. */
export async function requireFreeBytes(what: string, neededBytes: number): Promise<void> {
  const freeBytes = await estimateFreeBytes();
  if (freeBytes < neededBytes) throw new StorageFullError(what, neededBytes, freeBytes);
}

function formatBytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;
}

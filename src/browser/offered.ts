/**
 * Asks for everything that a current browser may lack, here and nowhere else. Each function answers at the moment of the call, in the page as in
 * a worker; `lacks.ts` says in words what an absence costs.
 */

interface Offered {
  storage?: OfferedStorage;
  locks?: LockManager;
  gpu?: GPU;
}

/** Account of this page's storage; only a page, not a worker, may ask to persist. */
export type OfferedStorage = Partial<StorageManager> & { persist?: () => Promise<boolean> };

function offered(): Offered {
  return (globalThis as { navigator?: Offered }).navigator ?? {}; // Node 20 has no navigator
}

/** Gives the account of this page's storage; WebKitGTK has none, nor has a page that is not secure. */
export function storageManager(): OfferedStorage | undefined {
  return offered().storage;
}

/** Gives the locks that all tabs and workers of this address share; a page that is not secure has none. */
export function lockManager(): LockManager | undefined {
  return offered().locks;
}

/** Gives the door to WebGPU; Firefox on Linux, WebKitGTK and pages that are not secure have none. */
export function gpu(): GPU | undefined {
  return offered().gpu;
}

/** Gives WebCrypto's hashes; a page that is not secure has none. */
export function webCrypto(): SubtleCrypto | undefined {
  return (globalThis as { crypto?: { subtle?: SubtleCrypto } }).crypto?.subtle;
}

/** Gives IndexedDB, which a browser may leave out where it is to store nothing. */
export function databases(): IDBFactory | undefined {
  return (globalThis as { indexedDB?: IDBFactory }).indexedDB;
}

/** Opens a channel to the other pages and workers of this address; undefined where the browser has none. */
export function openChannel(name: string): BroadcastChannel | undefined {
  const { BroadcastChannel: Channel } = globalThis as {
    BroadcastChannel?: typeof BroadcastChannel;
  };
  return Channel && new Channel(name);
}

/** Tells whether WebAssembly has relaxed SIMD, by a function that multiplies and adds in one instruction. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_MADD);
}

/** Module of one function, `f32x4.relaxed_madd` of its three parameters, as WebAssembly's binary format has it. */
const RELAXED_MADD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic number and version
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b], // (v128, v128, v128) → v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** Gives bytes granted and used, as far as the browser tells; undefined where it does not. */
export async function estimateStorage(): Promise<StorageEstimate | undefined> {
  try {
    return await storageManager()?.estimate?.();
  } catch {
    return undefined; // refused, as where site data are blocked: not told either
  }
}

/**
 * Tells whether this is a private window for certain, as in Firefox, which lends it a database but no private file system. Chromium's private
 * windows cannot be told from others.
 */
export async function isPrivateWindow(): Promise<boolean> {
  const storage = storageManager();
  if (!storage?.getDirectory) return false;
  try {
    await storage.getDirectory();
    return false;
  } catch (error) {
    return error instanceof DOMException && error.name === 'SecurityError';
  }
}

/** Tells whether the browser keeps this page's data when the disk fills; undefined where it does not say. */
export async function isPersisted(): Promise<boolean | undefined> {
  try {
    return await storageManager()?.persisted?.();
  } catch {
    return undefined;
  }
}

import { crc32 } from './crc32';
import type { UnpackBudget } from './unpack-budget';

/** A file that came out of an archive. */
export interface UnpackedFile {
  /** Path in the archive, `/` between its folders, without `..` and without a root. */
  path: string;
  blob: Blob;
}

/** Callbacks of unpacking while it goes on. */
export interface UnpackOptions {
  budget: UnpackBudget;
  signal: AbortSignal;
  /** Bytes of the archive that were read. */
  onProgress: (done: number) => void;
}

/** Bytes that are handed to the browser at once: it keeps large Blobs outside of the page's memory. */
const FOLDED_BYTES = 8 * 2 ** 20;

/** Gathers the bytes of one file as they come out, counted, and with the checksum of those since the last `restart`. */
export class UnpackedBytes {
  readonly #budget: UnpackBudget;
  readonly #folded: Blob[] = [];
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #waiting = 0;
  #length = 0;
  #checksum = 0;

  constructor(budget: UnpackBudget) {
    this.#budget = budget;
  }

  get length(): number {
    return this.#length;
  }

  get checksum(): number {
    return this.#checksum;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#budget.countBytes(bytes.length);
    this.#length += bytes.length;
    this.#checksum = crc32(bytes, this.#checksum);
    this.#parts.push(bytes.slice());
    this.#waiting += bytes.length;
    if (this.#waiting >= FOLDED_BYTES) this.#fold();
  }

  /** Begins length and checksum anew; the bytes stay. */
  restart(): void {
    this.#length = 0;
    this.#checksum = 0;
  }

  blob(): Blob {
    this.#fold();
    return new Blob(this.#folded);
  }

  #fold(): void {
    this.#folded.push(new Blob(this.#parts));
    this.#parts = [];
    this.#waiting = 0;
  }
}

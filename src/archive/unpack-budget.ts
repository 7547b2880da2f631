/** Limits of unpacking; a file that asks for more is refused. */
export interface UnpackLimits {
  /** Bytes that all archives of one drop may become. */
  bytes: number;
  /** Files in all of them. */
  entries: number;
  /** Unpacked bytes for each packed one; `freeBytes` may be had at any ratio. Corpora are packed 5 to 20 times. */
  ratio: number;
  freeBytes: number;
}

export const UNPACK_LIMITS: UnpackLimits = {
  bytes: 2 ** 30,
  entries: 2000,
  ratio: 200,
  freeBytes: 16 * 2 ** 20,
};

/** Counts what really comes out of the archives of one drop: what their headers say is not believed. */
export class UnpackBudget {
  readonly #limits: UnpackLimits;
  #bytes = 0;
  #entries = 0;
  #archive = '';
  #packedBytes = 0;
  #archiveBytes = 0;

  constructor(limits: UnpackLimits = UNPACK_LIMITS) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Turns to the next archive. */
  begin(archive: string, packedBytes: number): void {
    this.#archive = archive;
    this.#packedBytes = packedBytes;
    this.#archiveBytes = 0;
  }

  /** @throws where there are too many entries. */
  countEntries(entries: number): void {
    this.#entries += entries;
    if (this.#entries <= this.#limits.entries) return;
    throw new Error(
      `${this.#archive}: it holds ${entries} files, and at most ${this.#limits.entries} are unpacked; unpack it yourself and drop the files that you need.`,
    );
  }

  /** @throws where the bytes are too many, or too many for what was packed. */
  countBytes(bytes: number): void {
    const { bytes: most, ratio, freeBytes } = this.#limits;
    this.#bytes += bytes;
    this.#archiveBytes += bytes;
    const isBomb = this.#archiveBytes > Math.max(freeBytes, ratio * this.#packedBytes);
    if (this.#bytes <= most && !isBomb) return;
    const reason = isBomb
      ? `it becomes more than ${ratio} times as large when it is unpacked, as no text does`
      : `more than ${most.toLocaleString('en')} bytes would come out of what was dropped`;
    throw new Error(
      `${this.#archive}: ${reason}, so it was not unpacked; if you trust it, unpack it yourself and drop its files.`,
    );
  }
}

/** A line of a corpus. */
export interface Place {
  /** Index of the file in its corpus. */
  file: number;
  /** 1-based; of a sentence, its first word's. */
  line: number;
}

const FILE = 2 ** 32; // file · 2³² + line is exact below 2⁵³

/** A place in one number, where many are kept. */
export function packPlace(file: number, line: number): number {
  return file * FILE + line;
}

export function placeOf(packed: number): Place {
  return { file: Math.floor(packed / FILE), line: packed % FILE };
}

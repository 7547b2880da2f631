/** A line of a corpus: the file and the line in it. */
export interface LineLocation {
  /** Index of the file in its corpus. */
  file: number;
  /** Line of the file, 1-based; for a sentence, the line of its first word. */
  line: number;
}

const FILE = 2 ** 32; // file · 2³² + line is exact below 2⁵³

/** Packs a location into one number, for tables that hold many. */
export function packLocation(file: number, line: number): number {
  return file * FILE + line;
}

/** Unpacks a number that `packLocation` made. */
export function unpackLocation(packed: number): LineLocation {
  return { file: Math.floor(packed / FILE), line: packed % FILE };
}

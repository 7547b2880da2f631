/** Bytes that are read in slices, as they are asked for: a Blob, or a file in storage of which memory never holds the whole. */
export interface ByteSource {
  readonly size: number; // bytes
  /** Gives bytes `[start, end)`; what lies beyond the end is left out. */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/**
 * A word-embedding table in Q4_0 blocks, as an encoder's shards hold it (docs/encoder-files.md), with the rows of the shards that are
 * here: weight = (nibble − 8) × scale, exactly. An exported file takes the bytes as they are.
 */
export interface BlockTable {
  /** Nibbles u8[rows, hidden / 2]: byte i of a block of 32 has weight i in its low half and weight i + 16 in its high half. */
  readonly nibbles: Uint8Array;
  /** Scales of the blocks, bit patterns of f16[rows, hidden / 32]. */
  readonly scales: Uint16Array;
  /** Row of each piece, i32[pieces]; -1 where its shard is not here. No two pieces have the same row. */
  readonly rowOf: Int32Array;
}

/** Rows of a word table that training changed, exact: they stand in the place of those in the blocks. */
export interface ChangedRows {
  /** Ids of the pieces, each once. */
  readonly ids: Int32Array;
  /** Their rows, f32[ids, hidden], in the order of `ids`. */
  readonly rows: Float32Array;
}

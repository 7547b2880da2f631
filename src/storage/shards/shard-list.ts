/** The list by which a record finds and checks its bytes in the shard store. */
export interface ShardList {
  /** Bytes of all shards together. */
  bytes: number;
  /** Number of this writing among those of its owner, so that a new writing never touches the shards of the one before. */
  generation: number;
  /** SHA-256 of each shard, hexadecimal. */
  shardHashes: string[];
}

import type { ChangedRows } from './block-table';
import type { SafetensorsFile } from './safetensors/safetensors';
import type { WeightTensor } from './weights';
import type { WordShards } from './word-shards';

/** A word-embedding table of which only some rows are ever in memory. */
export interface WordRows {
  readonly shape: readonly [pieces: number, hidden: number];
  /** Tells whether the row of a piece is here. */
  has(id: number): boolean;
  /**
   * Reads the rows of some pieces, f32[ids, hidden], in the order asked for; repeats do not matter.
   *
   * @throws naming the file with the missing rows where it is not here
   */
  read(ids: Int32Array): Promise<Float32Array>;
}

/** Reads a table whole. @throws as `WordRows.read` */
export async function readAllRows(rows: WordRows): Promise<WeightTensor> {
  const everyPiece = Int32Array.from({ length: rows.shape[0] }, (_, id) => id);
  return { shape: rows.shape, data: await rows.read(everyPiece) };
}

const always = () => true;

/** Gives the rows of a table that is in memory. */
export function plainRows({ shape, data }: WeightTensor): WordRows {
  const [pieces, hidden] = shape as [number, number];
  const read = (ids: Int32Array) => {
    const rows = new Float32Array(ids.length * hidden);
    ids.forEach((id, i) => rows.set(data.subarray(id * hidden, (id + 1) * hidden), i * hidden));
    return Promise.resolve(rows);
  };
  return { shape: [pieces, hidden], has: always, read };
}

/** Gives the rows of a table that is one tensor of a file. */
export function fileRows(file: SafetensorsFile, tensor: string): WordRows {
  const [pieces, hidden] = file.tensors.get(tensor)!.shape as [number, number];
  const read = async (ids: Int32Array) => (await file.readRows(tensor, ids)).data;
  return { shape: [pieces, hidden], has: always, read };
}

/**
 * Gives the rows of a table that is cut into shards.
 *
 * @param files of the shards that are here, by name
 */
export function shardedRows(
  shards: WordShards,
  files: ReadonlyMap<string, SafetensorsFile>,
  hidden: number,
): WordRows {
  const has = (id: number) => files.has(shards.shardOf(id));
  const read = async (ids: Int32Array) => (await shards.readRows(ids, files)).data;
  return { shape: [shards.pieces, hidden], has, read };
}

/** Lays rows that training changed over a table. */
export function changedRows(base: WordRows, { ids, rows }: ChangedRows): WordRows {
  const [pieces, hidden] = base.shape;
  const rowOf = new Map(Array.from(ids, (id, row) => [id, row]));
  const read = async (wanted: Int32Array) => {
    const all = new Float32Array(wanted.length * hidden);
    const places = [...wanted.keys()].filter((at) => !rowOf.has(wanted[at]!));
    if (places.length > 0) {
      const others = await base.read(Int32Array.from(places, (at) => wanted[at]!));
      places.forEach((at, i) =>
        all.set(others.subarray(i * hidden, (i + 1) * hidden), at * hidden),
      );
    }
    wanted.forEach((id, at) => {
      const row = rowOf.get(id);
      if (row !== undefined) all.set(rows.subarray(row * hidden, (row + 1) * hidden), at * hidden);
    });
    return all;
  };
  const has = (id: number) => rowOf.has(id) || base.has(id);
  return { shape: [pieces, hidden], has, read };
}

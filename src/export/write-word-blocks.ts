import type { BertConfig } from '../model/bert-config';
import type { BlockTable, ChangedRows } from '../model/block-table';
import { Q4_BLOCK } from '../model/safetensors/quantized-tensors';
import { asBytes } from './as-bytes';
import type { OnnxTensor } from './onnx-model';
import { wordBlockTensors, wordTableShape, type WordBlocks } from './word-blocks';

/** A word table in blocks, with what training changed in it. */
export interface TrainedBlocks {
  table: BlockTable;
  /** Changed rows; none where the table was frozen. */
  changed: ChangedRows;
  /** Names of the shards that the table has. */
  shards: string[];
}

/** Gives the sizes of a table as its file states them. */
export function sizesOf({ table, changed, shards }: TrainedBlocks): WordBlocks {
  let rows = 0;
  for (const row of table.rowOf) rows = Math.max(rows, row + 1);
  return { rows, changedRows: changed.ids.length, shards };
}

/**
 * Writes an encoder's word table as the tensors of a file; nibbles, scales and changed rows stay views.
 *
 * @param needed pieces without which no text can be read
 * @returns what is wrong with the table where something is
 */
export function writeWordBlocks(
  config: BertConfig,
  words: TrainedBlocks,
  needed: readonly number[],
): OnnxTensor[] | string {
  const { table, changed } = words;
  const sizes = sizesOf(words);
  const places = placePieces(words, sizes);
  const fault =
    findFault(wordTableShape(config), words, sizes, places) ?? findMissing(places, sizes, needed);
  if (fault !== undefined) return fault;
  const numbers = [places, table.nibbles, table.scales, changed.rows];
  return wordBlockTensors(config, sizes).map((tensor, i) => ({
    ...tensor,
    bytes: asBytes(numbers[i]!),
  }));
}

/** Says where each piece's row stands in the file: see `PLACES_TENSOR`. */
function placePieces({ table, changed }: TrainedBlocks, sizes: WordBlocks): Int32Array {
  const absent = sizes.rows + sizes.changedRows;
  const places = table.rowOf.map((row) => (row < 0 ? absent : row));
  changed.ids.forEach((id, i) => (places[id] = sizes.rows + i));
  return places;
}

function findFault(
  [pieces, width]: readonly [number, number],
  { table, changed }: TrainedBlocks,
  { rows, changedRows }: WordBlocks,
  places: Int32Array,
): string | undefined {
  const { nibbles, scales, rowOf } = table;
  const expectations: [what: string, found: number, expected: number][] = [
    ['rows for pieces', rowOf.length, pieces],
    ['bytes of nibbles', nibbles.length, (rows * width) / 2],
    ['scales', scales.length, (rows * width) / Q4_BLOCK],
    ['changed numbers', changed.rows.length, changedRows * width],
  ];
  for (const [what, found, expected] of expectations) {
    if (found !== expected)
      return `its word table should have ${expected} ${what} and has ${found}`;
  }
  const owners = new Int32Array(rows).fill(-1);
  for (const [id, row] of rowOf.entries()) {
    if (row < 0) continue;
    if (owners[row]! >= 0)
      return `its word table has the row ${row} for the pieces ${owners[row]} and ${id}`;
    owners[row] = id;
  }
  // A piece that is there twice among the changed ones has one place only.
  const placed = new Set(places.filter((place) => place >= rows && place < rows + changedRows));
  if (placed.size !== changedRows)
    return `its word table has ${changedRows} changed rows for ${placed.size} pieces`;
  const scale = scales.findIndex((bits) => (bits & 0x7c00) === 0x7c00);
  if (scale >= 0) return `its word table has a scale at ${scale} that is no finite number`;
  const bad = changed.rows.findIndex((weight) => !Number.isFinite(weight));
  return bad < 0 ? undefined : `its changed word rows hold ${changed.rows[bad]} at ${bad}`;
}

function findMissing(
  places: Int32Array,
  { rows, changedRows }: WordBlocks,
  needed: readonly number[],
): string | undefined {
  const missing = needed.find((id) => places[id] === rows + changedRows);
  return missing === undefined ? undefined : `its word table lacks the special piece ${missing}`;
}

import type { BertConfig } from '../model/bert-config';
import { encoderParameterShapes } from '../model/parameters';
import { Q4_BLOCK } from '../model/safetensors/quantized-tensors';
import { WORD_TABLE_KEY } from '../model/word-table';
import { FILE_LIMITS } from '../ner/file-limits';
import { integer, listOf, object, text } from './checked-json';
import type { OnnxGraphBuilder } from './onnx-graph-builder';
import type { OnnxTensorShape } from './onnx-model';

/** Sizes of a word table that a file holds in blocks, and the shards that it has. */
export interface WordBlocks {
  /** Count of the rows in blocks. */
  rows: number;
  /** Count of the rows that training changed, which are f32. */
  changedRows: number;
  /** Names of the shards whose rows are in the file. */
  shards: string[];
}

const MOST_ROWS = 2 ** 20;

/** Checks the sizes that a file states. */
export const checkWordBlocks = object<WordBlocks>(
  {
    rows: integer(1, MOST_ROWS),
    changedRows: integer(0, MOST_ROWS),
    shards: listOf(text(FILE_LIMITS.nameCharacters), 256),
  },
  {},
);

/** Checks that a table of these sizes can be one of the encoder. @throws an Error that says what does not fit. */
export function assertBlocksFit({ rows, changedRows }: WordBlocks, config: BertConfig): void {
  const [pieces, width] = wordTableShape(config);
  if (width % Q4_BLOCK !== 0) {
    throw new Error(
      `words should not be there: ${width} numbers a piece cannot be cut into blocks of ${Q4_BLOCK}`,
    );
  }
  const most = Math.max(rows, changedRows);
  if (most > pieces) throw new Error(`words has ${most} rows for ${pieces} pieces`);
}

const KEY = 'bert.embeddings.word_embeddings';
/**
 * Tensor with the place of each piece's row, i32[pieces]: below `rows` among the blocks, from there on among the changed rows; `rows +
 * changedRows` where the file has no row of it: to look that up is out of bounds, so it ends with an error and never in another row.
 */
export const PLACES_TENSOR = `${KEY}.places`;
const NIBBLES_TENSOR = `${KEY}.nibbles`;
const SCALES_TENSOR = `${KEY}.scales`;
const CHANGED_TENSOR = `${KEY}.changed`;

/** Gives the shape of the word-embedding table. */
export function wordTableShape(config: BertConfig): [pieces: number, width: number] {
  return encoderParameterShapes(config).get(WORD_TABLE_KEY) as [number, number];
}

/** Lists the tensors in which a file holds the word table in blocks, as `BlockTable` has it. */
export function wordBlockTensors(
  config: BertConfig,
  { rows, changedRows }: WordBlocks,
): OnnxTensorShape[] {
  const [pieces, width] = wordTableShape(config);
  const tensors: OnnxTensorShape[] = [
    { name: PLACES_TENSOR, type: 'int32', dims: [pieces] },
    { name: NIBBLES_TENSOR, type: 'uint8', dims: [rows, width / 2] },
    { name: SCALES_TENSOR, type: 'float16', dims: [rows, width / Q4_BLOCK] },
  ];
  if (changedRows > 0) {
    tensors.push({ name: CHANGED_TENSOR, type: 'float', dims: [changedRows, width] });
  }
  return tensors;
}

/**
 * Adds the look-up of pieces in a word table in blocks. Only the rows that are looked up are expanded, exactly: the result is that of the
 * whole table in f32, bit for bit.
 *
 * @param ids input with the pieces, i64[batch, pieces]
 * @returns the value f32[batch, pieces, width] under the name given
 */
export function lookUpInBlocks(
  graph: OnnxGraphBuilder,
  config: BertConfig,
  name: string,
  ids: string,
  { rows, changedRows }: WordBlocks,
): string {
  const [, width] = wordTableShape(config);
  const place = graph.add(`${name}/place`, 'Gather', [PLACES_TENSOR, ids], AXIS_0); // i32[batch, pieces]
  if (changedRows === 0) return expandRows(graph, name, place, width);
  const first = graph.int32('first_changed', rows);
  const none = graph.int32('first_row', 0);
  const isKept = graph.add(`${name}/is_kept`, 'Less', [place, first]);
  const keptRow = graph.add(`${name}/kept_row`, 'Where', [isKept, place, none]);
  const kept = expandRows(graph, `${name}/kept`, keptRow, width);
  const distance = graph.add(`${name}/distance`, 'Sub', [place, first]);
  const changedRow = graph.add(`${name}/changed_row`, 'Where', [isKept, none, distance]);
  const changed = graph.add(`${name}/changed`, 'Gather', [CHANGED_TENSOR, changedRow], AXIS_0);
  const axes = graph.integers('row_axes', [2]);
  const isKeptRow = graph.add(`${name}/is_kept_row`, 'Unsqueeze', [isKept, axes]);
  return graph.add(name, 'Where', [isKeptRow, kept, changed]);
}

const AXIS_0 = { axis: { int: 0 } };

/** Adds weight = (nibble − 8) × scale of some rows, i32[batch, pieces] → f32[batch, pieces, width]. */
function expandRows(graph: OnnxGraphBuilder, name: string, row: string, width: number): string {
  const toFloat = { to: { int: 1 } };
  const blocks = width / Q4_BLOCK;
  const halfBlocks = graph.integers('half_blocks_shape', [0, 0, blocks, Q4_BLOCK / 2]);
  const flatBytes = graph.add(`${name}/flat_bytes`, 'Gather', [NIBBLES_TENSOR, row], AXIS_0); // u8[batch, pieces, width / 2]
  const flatNumbers = graph.add(`${name}/flat_numbers`, 'Cast', [flatBytes], toFloat);
  const bytes = graph.add(`${name}/bytes`, 'Reshape', [flatNumbers, halfBlocks]); // [batch, pieces, blocks, 16]
  const sixteen = graph.scalar('sixteen', 16);
  const quotient = graph.add(`${name}/quotient`, 'Div', [bytes, sixteen]);
  const high = graph.add(`${name}/high`, 'Floor', [quotient]);
  const highPart = graph.add(`${name}/high_part`, 'Mul', [high, sixteen]);
  const low = graph.add(`${name}/low`, 'Sub', [bytes, highPart]);
  const nibbles = graph.add(`${name}/nibbles`, 'Concat', [low, high], { axis: { int: 3 } }); // [batch, pieces, blocks, 32]
  const values = graph.add(`${name}/values`, 'Sub', [nibbles, graph.scalar('eight', 8)]);
  const halves = graph.add(`${name}/halves`, 'Gather', [SCALES_TENSOR, row], AXIS_0); // f16[batch, pieces, blocks]
  const flatScales = graph.add(`${name}/flat_scales`, 'Cast', [halves], toFloat);
  const axes = graph.integers('scale_axes', [3]);
  const scales = graph.add(`${name}/scales`, 'Unsqueeze', [flatScales, axes]);
  const weights = graph.add(`${name}/weights`, 'Mul', [values, scales]);
  return graph.add(name, 'Reshape', [weights, graph.integers('words_shape', [0, 0, width])]);
}

import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { bertGraph, EXPORTED_OPERATORS } from '../../src/export/bert-onnx';
import { exportOnnx } from '../../src/export/export-onnx';
import { readModelMetadata, writeModelMetadata } from '../../src/export/model-metadata';
import type { TrainedBlocks } from '../../src/export/write-word-blocks';
import { WORD_TABLE_KEY } from '../../src/model/word-table';
import {
  blockConfig,
  blockMetadata,
  blockVocabulary,
  blockWeights,
  randomBlocks,
} from './block-bert';

const words = randomBlocks();
const sizes = { rows: words.table.nibbles.length / 32, changedRows: 2, shards: ['latin'] };
const block = { config: blockConfig, weights: blockWeights, metadata: blockMetadata };
const parts = await exportOnnx({ ...block, words });
const { graph, metadataProps } = onnx.ModelProto.decode(Buffer.concat(parts));
const tensorOf = (name: string) =>
  graph!.initializer!.find((tensor) => tensor.name === `bert.embeddings.word_embeddings.${name}`)!;

describe('a file with its word table in blocks', () => {
  test('holds nibbles and scales as the shards have them, and what training changed in f32', () => {
    const { table, changed } = words;
    const types = onnx.TensorProto.DataType;
    for (const [name, type, dims, numbers] of [
      ['nibbles', types.UINT8, [sizes.rows, 32], table.nibbles],
      ['scales', types.FLOAT16, [sizes.rows, 2], table.scales],
      ['changed', types.FLOAT, [2, 64], changed.rows],
    ] as const) {
      const tensor = tensorOf(name);
      expect([tensor.dataType, tensor.dims!.map(Number)]).toEqual([type, dims]);
      const { buffer, byteOffset, byteLength } = numbers;
      expect(Buffer.from(tensor.rawData!)).toEqual(Buffer.from(buffer, byteOffset, byteLength));
    }
    expect(graph!.initializer!.some(({ name }) => name === WORD_TABLE_KEY)).toBe(false);
  });

  test('has a place for each piece: among the blocks, among the changed rows, or none', () => {
    const { rawData, dims } = tensorOf('places');
    expect(dims!.map(Number)).toEqual([blockConfig.vocabularySize]);
    const places = new Int32Array(Uint8Array.from(rawData!).buffer);
    const placeOf = (piece: string) => places[blockVocabulary.indexOf(piece)];
    expect(placeOf('[PAD]')).toBe(sizes.rows - 1);
    expect(placeOf('a')).toBe(sizes.rows);
    expect(placeOf('##k')).toBe(sizes.rows + 1);
    expect(placeOf('я')).toBe(placeOf('一'));
    expect(placeOf('一')).toBe(sizes.rows + 2);
  });

  test('says in its metadata what is in it', () => {
    const entries = new Map(metadataProps.map(({ key, value }) => [key!, value!]));
    expect(readModelMetadata(entries)).toEqual({ ...blockMetadata, words: sizes });
  });

  test('uses listed operators only, and with the plain form all of them', () => {
    const used = new Set(graph!.node!.map(({ opType }) => opType!));
    for (const operator of used) expect(EXPORTED_OPERATORS).toContain(operator);
    const plain = bertGraph(blockConfig, 5).nodes.map(({ operator }) => operator);
    expect(new Set([...used, ...plain])).toEqual(EXPORTED_OPERATORS);
  });

  test('shares the memory of its table, of which nothing is copied', () => {
    const buffers = new Set(parts.map(({ buffer }) => buffer));
    expect(buffers).toContain(words.table.nibbles.buffer);
    // Scales and changed rows of so few pieces travel with the rest.
  });

  test('of a frozen table has no changed rows, and no node for them', () => {
    const frozen = bertGraph(blockConfig, 5, undefined, { ...sizes, changedRows: 0 });
    expect(frozen.weights.some(({ name }) => name.endsWith('.changed'))).toBe(false);
    expect(frozen.nodes.some(({ operator }) => operator === 'Where')).toBe(false);
  });
});

describe('a table that cannot be read again is not written', () => {
  const { table, changed } = words;
  const pieceOf = (piece: string) => blockVocabulary.indexOf(piece);
  const withRow = (piece: string, row: number): TrainedBlocks => ({
    ...words,
    table: { ...table, rowOf: table.rowOf.with(pieceOf(piece), row) },
  });
  test.each<[string, TrainedBlocks, RegExp]>([
    [
      'a piece too few',
      { ...words, table: { ...table, rowOf: table.rowOf.slice(1) } },
      /should have 288 rows for pieces and has 287/,
    ],
    [
      'a row of nibbles too few',
      { ...words, table: { ...table, nibbles: table.nibbles.slice(32) } },
      /bytes of nibbles/,
    ],
    [
      'a scale too few',
      { ...words, table: { ...table, scales: table.scales.slice(1) } },
      /scales and has/,
    ],
    [
      'a scale that is no number',
      { ...words, table: { ...table, scales: table.scales.with(3, 0x7e00) } },
      /a scale at 3 that is no finite number/,
    ],
    [
      'a changed row too few',
      { ...words, changed: { ...changed, rows: changed.rows.slice(64) } },
      /128 changed numbers and has 64/,
    ],
    [
      'a changed number that is none',
      { ...words, changed: { ...changed, rows: changed.rows.with(70, NaN) } },
      /hold NaN at 70/,
    ],
    [
      'a piece changed twice',
      { ...words, changed: { ...changed, ids: Int32Array.of(5, 5) } },
      /2 changed rows for 1 pieces/,
    ],
    [
      'two pieces of one row',
      withRow('b', table.rowOf[pieceOf('c')]!),
      /has the row \d+ for the pieces 6 and 7/,
    ],
    ['a special piece without a row', withRow('[SEP]', -1), /lacks the special piece 3/],
  ])('%s', async (_, broken, reason) => {
    const writing = exportOnnx({ ...block, words: broken });
    await expect(writing).rejects.toThrow(reason);
    await expect(writing).rejects.toThrow(/^The model cannot be exported: .*checkpoint\.$/s);
  });
});

test('sizes that are impossible for the configuration are refused', () => {
  const write = (changes: object, hidden = 64) =>
    writeModelMetadata({
      ...blockMetadata,
      config: { ...blockConfig, hidden },
      words: { ...sizes, ...changes },
    });
  expect(() => write({})).not.toThrow();
  expect(() => write({}, 48)).toThrow('48 numbers a piece cannot be cut into blocks of 32');
  expect(() => write({ rows: 289 })).toThrow('words has 289 rows for 288 pieces');
  expect(() => write({ rows: 0 })).toThrow('tagwerk.words.rows should be a whole number from 1');
});

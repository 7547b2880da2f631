import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../../../src/export/export-onnx';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import {
  blockConfig,
  blockMetadata,
  blockVocabulary,
  blockWeights,
  randomBlocks,
} from '../../export/block-bert';
import { withoutChecksums } from '../../export/without-checksums';

const words = randomBlocks();
const sealed = new Uint8Array(
  Buffer.concat(
    await exportOnnx({
      config: blockConfig,
      weights: blockWeights,
      metadata: blockMetadata,
      words,
    }),
  ),
);
const ours = withoutChecksums(sealed);
const rows = words.table.nibbles.length / 32;
const pieceOf = (piece: string) => blockVocabulary.indexOf(piece);

type Change = (graph: onnx.IGraphProto, model: onnx.ModelProto) => void;

/** Our file with a change that protobufjs makes and writes. */
function changed(change: Change): File {
  const model = onnx.ModelProto.decode(ours);
  change(model.graph!, model);
  return new File([Uint8Array.from(onnx.ModelProto.encode(model).finish())], 'model.onnx');
}

/** A change of the places of pieces. */
const places =
  (change: (places: Int32Array) => void): Change =>
  (graph) => {
    const tensor = graph.initializer![0]!;
    const bytes = Uint8Array.from(tensor.rawData!);
    change(new Int32Array(bytes.buffer));
    tensor.rawData = bytes;
  };

const entry =
  (value: string | undefined): Change =>
  (_, model) => {
    const others = model.metadataProps.filter(({ key }) => key !== 'tagwerk.words');
    model.metadataProps =
      value === undefined ? others : [...others, { key: 'tagwerk.words', value }];
  };

describe('a file with its word table in blocks', () => {
  test('is read with what is in it', async () => {
    const file = await readOnnxFile(new File([sealed], 'model.onnx'));
    expect(file.metadata).toEqual({
      ...blockMetadata,
      words: { rows, changedRows: 2, shards: ['latin'] },
    });
    expect(file.hasChecksums).toBe(true);
    expect(file.hasRow).toHaveLength(blockConfig.vocabularySize);
    for (const piece of ['[CLS]', 'a', '##k', 'zf']) expect(file.hasRow![pieceOf(piece)]).toBe(1);
    for (const piece of ['я', '一']) expect(file.hasRow![pieceOf(piece)]).toBe(0);
    expect(file.hasRow!.at(-1)).toBe(0); // a row without a piece
  });

  test('is read without changed rows, too', async () => {
    const frozen = { ...words, changed: { ids: new Int32Array(), rows: new Float32Array() } };
    const parts = await exportOnnx({
      config: blockConfig,
      weights: blockWeights,
      metadata: blockMetadata,
      words: frozen,
    });
    const { metadata, hasRow } = await readOnnxFile(new File(parts, 'model.onnx'));
    expect(metadata.words!.changedRows).toBe(0);
    expect(hasRow![pieceOf('a')]).toBe(1);
  });

  test('is the same when another protobuf writer has written it', async () => {
    expect((await readOnnxFile(changed(() => undefined))).metadata.words!.rows).toBe(rows);
  });

  test.each([
    ['nibbles', 1],
    ['scales', 2],
    ['changed', 3],
  ])('has checksums of its %s', async (_, index) => {
    const model = onnx.ModelProto.decode(sealed);
    const tensor = model.graph!.initializer![index]!;
    tensor.rawData = Uint8Array.from(tensor.rawData!).with(5, tensor.rawData![5]! ^ 1);
    const file = new File([Uint8Array.from(onnx.ModelProto.encode(model).finish())], 'model.onnx');
    await expect(readOnnxFile(file)).rejects.toThrow(/its weights should have the SHA-256/);
  });
});

const refusal = /; .*(do not use it|update Tagwerk|ask for the file again).*\.$/s;

test.each<[string, RegExp, Change]>([
  [
    'a place below zero, which a runtime counts from the end',
    /piece 5 should be one of its own below \d+ and is -1/,
    places((at) => (at[5] = -1)),
  ],
  [
    'a place behind the last',
    /piece 5 should be one of its own/,
    places((at) => (at[5] = 2 ** 30)),
  ],
  [
    'one place for two pieces',
    /piece 7 should be one of its own/,
    places((at) => (at[7] = at[6]!)),
  ],
  [
    'a changed row that no piece has',
    /2 changed rows, of which pieces use 1/,
    places((at) => (at[5] = rows + 2)),
  ],
  [
    'no row of the unknown piece',
    /lacks the row of piece 1, its unknownId/,
    places((at) => (at[1] = rows + 2)),
  ],
  [
    'another count of rows',
    /its (tensor|node) \d+ should be/,
    entry(`{"rows":${rows - 1},"changedRows":2,"shards":["latin"]}`),
  ],
  [
    'another count of changed rows',
    /its (tensor|node) \d+ should be/,
    entry(`{"rows":${rows},"changedRows":1,"shards":["latin"]}`),
  ],
  [
    'no changed rows',
    /its (tensor|node) \d+ should be/,
    entry(`{"rows":${rows},"changedRows":0,"shards":["latin"]}`),
  ],
  [
    'more rows than pieces',
    /words has 1000000 rows for 288 pieces/,
    entry('{"rows":1000000,"changedRows":2,"shards":["latin"]}'),
  ],
  ['no entry about its words', /its (tensor|node) \d+ should be/, entry(undefined)],
  [
    'names that are none',
    /words\.shards\[0\] should be a string/,
    entry(`{"rows":${rows},"changedRows":2,"shards":[[]]}`),
  ],
  [
    'nibbles that are signed',
    /a tensor of the type 3/,
    (graph) => (graph.initializer![1]!.dataType = 3),
  ],
  [
    'scales of another type',
    /its tensor 3 should be/,
    (graph) => {
      graph.initializer![2]!.dataType = 2;
      graph.initializer![2]!.dims = [rows, 4];
    },
  ],
  [
    'tensors in another order',
    /its tensor 2 should be/,
    (graph) => void graph.initializer!.splice(1, 0, graph.initializer!.splice(2, 1)[0]!),
  ],
  [
    'another first changed row',
    /its tensor \d+ should be \["first_changed"/,
    (graph) => {
      const constant = graph.initializer!.find(({ name }) => name === 'first_changed')!;
      constant.rawData = new Uint8Array(Int32Array.of(3).buffer);
    },
  ],
  [
    'choices that are swapped',
    /its node \d+ should be/,
    (graph) => void graph.node!.find(({ name }) => name === 'embeddings/words')!.input!.reverse(),
  ],
  [
    'a look-up left out',
    /its node \d+ should be/,
    (graph) =>
      void graph.node!.splice(
        graph.node!.findIndex(({ name }) => name === 'embeddings/words/place'),
        1,
      ),
  ],
  [
    'a changed row that is no number',
    /holds NaN/,
    (graph) => {
      graph.initializer![3]!.rawData = new Uint8Array(new Float32Array(128).fill(NaN).buffer);
    },
  ],
])('%s: refused', async (_, reason, change) => {
  const reading = readOnnxFile(changed(change));
  await expect(reading).rejects.toThrow(reason);
  await expect(reading).rejects.toThrow(refusal);
});

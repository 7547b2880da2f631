import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { bertGraph, EXPORTED_OPERATORS } from '../../src/export/bert-onnx';
import { exportOnnx } from '../../src/export/export-onnx';
import { readModelMetadata } from '../../src/export/model-metadata';
import { FAMILY_NAMES } from '../../src/model/families';
import { formulaWeights, tinyConfig, tinyMetadata } from './tiny-bert';

const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
const tiny = { config: tinyConfig, weights, metadata: tinyMetadata };
const tinyParts = await exportOnnx(tiny);

/** The file as protobufjs reads it with the schema of ONNX. */
function decode(parts: Uint8Array[]): onnx.ModelProto {
  return onnx.ModelProto.decode(Buffer.concat(parts));
}

describe('an exported file, read by protobufjs', () => {
  const model = decode(tinyParts);
  const graph = model.graph!;

  test('says its format, its operators and its writer', () => {
    expect(Number(model.irVersion)).toBe(8);
    expect(model.producerName).toBe('Tagwerk');
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 17],
    ]);
  });

  test('has the inputs and the output that others expect of a token classifier', () => {
    const shapeOf = (value: onnx.IValueInfoProto) => [
      value.name,
      value.type!.tensorType!.elemType,
      value.type!.tensorType!.shape!.dim!.map((dim) => dim.dimParam || Number(dim.dimValue)),
    ];
    const dims = ['batch_size', 'sequence_length'];
    expect(graph.input!.map(shapeOf)).toEqual([
      ['input_ids', onnx.TensorProto.DataType.INT64, dims],
      ['attention_mask', onnx.TensorProto.DataType.INT64, dims],
      ['token_type_ids', onnx.TensorProto.DataType.INT64, dims],
    ]);
    expect(graph.output!.map(shapeOf)).toEqual([
      ['logits', onnx.TensorProto.DataType.FLOAT, [...dims, 5]],
    ]);
  });

  test.each(FAMILY_NAMES)('%s takes token types only where callers tell them', (family) => {
    const { inputs } = bertGraph({ ...tinyConfig, family }, 3);
    const names = inputs.map(({ name }) => name);
    const takesTypes = family === 'bert' || family === 'electra';
    expect(names).toEqual([
      ...['input_ids', 'attention_mask'],
      ...(takesTypes ? ['token_type_ids'] : []),
    ]);
  });

  test('holds every parameter under its Hugging Face key, number by number', () => {
    for (const [key, { shape, data }] of weights) {
      const tensor = graph.initializer!.find(({ name }) => name === key)!;
      expect(tensor.dims!.map(Number)).toEqual(shape);
      const raw = Uint8Array.from(tensor.rawData!);
      expect(new Float32Array(raw.buffer)).toEqual(data);
    }
  });

  test('uses listed operators only, each value after it is made, none made twice', () => {
    const made = new Set(['input_ids', 'attention_mask', 'token_type_ids']);
    for (const { name } of graph.initializer!) made.add(name!);
    const used = new Set<string>();
    for (const node of graph.node!) {
      expect(EXPORTED_OPERATORS).toContain(node.opType);
      expect(node.domain ?? '').toBe('');
      for (const input of node.input!) expect(made).toContain(input);
      for (const input of node.input!) used.add(input);
      for (const output of node.output!) expect(made).not.toContain(output);
      for (const output of node.output!) made.add(output);
    }
    expect(made).toContain('logits');
    for (const { name } of graph.initializer!) expect(used).toContain(name);
  });

  test('carries its metadata', () => {
    const entries = new Map(model.metadataProps.map(({ key, value }) => [key!, value!]));
    expect(readModelMetadata(entries)).toEqual(tinyMetadata);
  });
});

test('the weights in the parts are views of the weights given', () => {
  const buffers = new Set(tinyParts.map(({ buffer }) => buffer));
  // Tensors of up to 1 KiB travel with the rest.
  for (const { data } of weights.values()) {
    if (data.byteLength > 1024) expect(buffers).toContain(data.buffer);
  }
});

test('weights in shared memory are copied, for a Blob takes none', async () => {
  const key = 'bert.embeddings.word_embeddings.weight';
  const { shape, data } = weights.get(key)!;
  const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  const parts = await exportOnnx({
    ...tiny,
    weights: new Map(weights).set(key, { shape, data: shared }),
  });
  expect(Buffer.concat(parts)).toEqual(Buffer.concat(tinyParts));
});

test('missing, misshapen and broken weights are named together', async () => {
  const broken = new Map(weights);
  broken.delete('classifier.bias');
  broken.set('classifier.weight', { shape: [12, 5], data: new Float32Array(60) });
  const nan = Float32Array.from(weights.get('bert.embeddings.LayerNorm.bias')!.data);
  nan[3] = NaN;
  broken.set('bert.embeddings.LayerNorm.bias', { shape: [12], data: nan });
  await expect(exportOnnx({ ...tiny, weights: broken })).rejects.toThrow(
    'The model cannot be exported: bert.embeddings.LayerNorm.bias holds NaN at 3; ' +
      'classifier.weight should be [5, 12] and is [12, 5] with 60 numbers; classifier.bias [5] is missing. ' +
      'Go back to the last good checkpoint.',
  );
});

test('a model of fewer layers than its weights have is exported with those alone', async () => {
  const config = { ...tinyConfig, layers: 1 };
  const { graph, metadataProps } = decode(
    await exportOnnx({ config, weights, metadata: { ...tinyMetadata, config } }),
  );
  const names = graph!.initializer!.map(({ name }) => name!);
  expect(names.some((name) => name.includes('.layer.0.'))).toBe(true);
  expect(names.some((name) => name.includes('.layer.1.'))).toBe(false);
  const entries = new Map(metadataProps.map(({ key, value }) => [key!, value!]));
  expect(readModelMetadata(entries).config.layers).toBe(1);
});

test('a layer more adds the same nodes again and nothing else', () => {
  const nodesOf = (layers: number) => bertGraph({ ...tinyConfig, layers }, 5).nodes.length;
  expect(nodesOf(3) - nodesOf(2)).toBe(nodesOf(2) - nodesOf(1));
});

import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { bertGraph } from '../../../src/export/bert-onnx';
import { exportOnnx } from '../../../src/export/export-onnx';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import type { Weights } from '../../../src/model/weights';
import { formulaWeights, tinyConfig, tinyMetadata } from '../../export/tiny-bert';
import { WatchedFile } from '../../reference/watched-file';

const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
const ours = new Uint8Array(
  Buffer.concat(await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata })),
);

const fileOf = (bytes: Uint8Array) => new WatchedFile([Uint8Array.from(bytes)], 'model.onnx');

/** Our file with a change that protobufjs makes and writes. */
function changed(change: (model: onnx.ModelProto, graph: onnx.IGraphProto) => void): File {
  const model = onnx.ModelProto.decode(ours);
  change(model, model.graph!);
  return fileOf(onnx.ModelProto.encode(model).finish());
}

describe('a file of ours', () => {
  test('is read with its metadata, operators, tensors, inputs and outputs', async () => {
    const file = await readOnnxFile(fileOf(ours));
    expect(file.fileName).toBe('model.onnx');
    expect(file.metadata).toEqual(tinyMetadata);
    expect(file.operators).toContain('LayerNormalization');
    const listed = new Map(file.initialisers.map(({ name, dims }) => [name, dims]));
    for (const [key, { shape }] of weights) expect(listed.get(key)).toEqual(shape);
    expect(file.inputs.map(({ name }) => name)).toEqual([
      'input_ids',
      'attention_mask',
      'token_type_ids',
    ]);
    expect(file.outputs).toEqual([
      { name: 'logits', type: 'float', dims: ['batch_size', 'sequence_length', 5] },
    ]);
  });

  test('is the same when another protobuf writer has written it', async () => {
    expect((await readOnnxFile(changed(() => undefined))).metadata).toEqual(tinyMetadata);
  });

  test('has its weights read once, a few megabytes at a time', async () => {
    const config = { ...tinyConfig, hidden: 768, layers: 3, intermediate: 3072 };
    const shapes = bertGraph(config, 5).parameters;
    const zeros: Weights = new Map();
    for (const [key, shape] of shapes) {
      zeros.set(key, { shape, data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)) });
    }
    const metadata = { ...tinyMetadata, config };
    const file = new WatchedFile(
      await exportOnnx({ config, weights: zeros, metadata }),
      'large.onnx',
    );
    expect(file.size).toBeGreaterThan(80e6);
    expect((await readOnnxFile(file)).metadata.config).toEqual(config);
    expect(file.bytesRead()).toBeLessThan(file.size + 8e6);
    expect(Math.max(...file.reads)).toBeLessThanOrEqual(8e6);
  });
});

describe('a file that is not ours', () => {
  test('of another program is called foreign, with its writer and what to do', async () => {
    const foreign = changed((model) => {
      model.metadataProps = [];
      model.producerName = 'pytorch';
    });
    await expect(readOnnxFile(foreign)).rejects.toThrow(
      'model.onnx: it is an ONNX model written by "pytorch"; it lacks the tags and the tokenizer: use a file exported by ' +
        'Tagwerk, or import its encoder as a Hugging Face folder and train.',
    );
  });

  test.each([
    ['empty', new Uint8Array(0), /it is not an ONNX model/],
    [
      'text',
      new TextEncoder().encode('EU NNP B-ORG\nrejects VBZ O\n'),
      /it is (damaged|cut short)|not an ONNX/,
    ],
    ['zeros', new Uint8Array(1000), /damaged at byte 0/],
    ['ones', new Uint8Array(1000).fill(255), /damaged at byte 0/],
    ['a PNG', Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13), /damaged|cut short/],
  ])('%s is refused', async (_, bytes, reason) => {
    const reading = readOnnxFile(fileOf(bytes));
    await expect(reading).rejects.toThrow(reason);
    await expect(reading).rejects.toThrow(/^model\.onnx: .*export or download the file again\.$/s);
  });

  test.each([
    [
      'a web page',
      '<!DOCTYPE html><title>Not found</title>',
      /it is a web page .*; download the file/,
    ],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\n',
      /Git LFS pointer.*git lfs/,
    ],
    ['a zip', 'PK\x03\x04', /it is a zip, .*; unpack it/],
    ['a gzip file', '\x1f\x8b\x08', /packed with gzip, .*; drop it with its ending/],
  ])('%s is named, with what to do', async (_, text, reason) => {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    await expect(readOnnxFile(fileOf(bytes))).rejects.toThrow(reason);
  });

  test('a Blob without a name is called the model file', async () => {
    await expect(readOnnxFile(new Blob([]))).rejects.toThrow(/^The model file: /);
  });

  test('above 2 GiB is refused before it is read', async () => {
    const huge = Object.defineProperty(fileOf(ours), 'size', { value: 2 ** 31 });
    await expect(readOnnxFile(huge)).rejects.toThrow(/has less than 2 GiB/);
    expect(huge.reads).toEqual([]);
  });
});

test('a file cut short anywhere is refused, and says so', async () => {
  for (let length = 1; length < ours.length; length += 97) {
    await expect(readOnnxFile(fileOf(ours.subarray(0, length)))).rejects.toThrow(
      /it is cut short|not an ONNX model|a number there does not end|it is an ONNX model written by/,
    );
  }
  await expect(readOnnxFile(fileOf(ours.subarray(0, 9000)))).rejects.toThrow(
    /it is cut short: it ends at byte 9000, inside a part that reaches to byte \d+; export or download the file again/,
  );
});

type Change = (model: onnx.ModelProto, graph: onnx.IGraphProto) => void;

const refusal =
  /Tagwerk writes no such file; do not use it, and ask for one exported by Tagwerk\.$/;
const locations = [
  'weights.bin',
  '../weights.bin',
  '../../../../../etc/passwd',
  '/etc/passwd',
  'C:\\Windows\\win.ini',
  '..\\..\\secret',
  'file:///etc/passwd',
  'https://example.org/weights.bin',
  'a/../../b',
  './.././x',
  '%2e%2e%2fx',
  '\u0000',
  '*/_ORT_MEM_ADDR_/*',
  '',
];
const entriesOf = (location: string) => [
  { key: 'location', value: location },
  { key: 'offset', value: '0' },
  { key: 'length', value: '8' },
];
const external = (location: string): onnx.ITensorProto => ({
  name: 'x',
  dims: [2],
  dataType: 1,
  externalData: entriesOf(location),
  dataLocation: 1,
});
const attribute =
  (value: onnx.IAttributeProto): Change =>
  (_, graph) => {
    graph.node![1]!.attribute = [{ name: 'value', ...value }];
  };
const types = onnx.AttributeProto.AttributeType;
const inner: onnx.IGraphProto = { name: 'inner', node: [{ opType: 'Add', output: ['x'] }] };

const externalData: [string, Change][] = locations.flatMap((location): [string, Change][] => {
  const shown = JSON.stringify(location);
  const tensor = external(location);
  return [
    [
      `weights in ${shown}`,
      (_, graph) => Object.assign(graph.initializer![0]!, tensor, { rawData: null }),
    ],
    [
      `weights in ${shown} beside their own`,
      (_, graph) => {
        graph.initializer![5]!.externalData = entriesOf(location);
      },
    ],
    [
      `a sparse tensor in ${shown}`,
      (_, graph) => {
        graph.sparseInitializer = [{ values: tensor, indices: tensor, dims: [4] }];
      },
    ],
    [`a constant in ${shown}`, attribute({ type: types.TENSOR, t: tensor })],
    [`constants in ${shown}`, attribute({ type: types.TENSORS, tensors: [tensor] })],
    [
      `a sparse constant in ${shown}`,
      attribute({ type: types.SPARSE_TENSOR, sparseTensor: { values: tensor } }),
    ],
    [
      `a subgraph's weights in ${shown}`,
      attribute({ type: types.GRAPH, g: { ...inner, initializer: [tensor] } }),
    ],
  ];
});

const hostile: [string, RegExp, Change][] = [
  [
    'an unknown operator',
    /uses the operator "Loop"/,
    (_, graph) => (graph.node![4]!.opType = 'Loop'),
  ],
  [
    'an operator that reads no input',
    /uses the operator "RandomNormal"/,
    (_, graph) => {
      graph.node!.push({ opType: 'RandomNormal', output: ['noise'], name: 'noise' });
    },
  ],
  [
    'a domain of others',
    /operators of the domain "com\.evil"/,
    (_, graph) => (graph.node![0]!.domain = 'com.evil'),
  ],
  [
    'contributed operators',
    /uses operators of the domain "com\.microsoft"/,
    (_, graph) => {
      graph.node![7]!.domain = 'com.microsoft';
    },
  ],
  [
    'a second operator set',
    /damaged|no field 8/,
    (model) => {
      model.opsetImport.push({ domain: 'com.microsoft', version: 1 });
    },
  ],
  [
    'another opset',
    /opset 17 and uses .* opset 23/,
    (model) => (model.opsetImport[0]!.version = 23),
  ],
  [
    'a branch',
    /a graph inside a node \(control flow\)/,
    attribute({ type: types.GRAPH, g: inner }),
  ],
  [
    'branches',
    /graphs inside a node \(control flow\)/,
    attribute({ type: types.GRAPHS, graphs: [inner] }),
  ],
  [
    'a reference to a function',
    /a reference to a function/,
    attribute({ refAttrName: 'x', type: types.INT }),
  ],
  ['a training graph', /training graphs/, (model) => (model.trainingInfo = [{ algorithm: inner }])],
  ['a string attribute', /damaged/, attribute({ type: types.STRING, s: new Uint8Array(9) })],
  [
    'an unknown attribute type',
    /has the type 99/,
    (_, graph) => {
      graph.node![1]!.attribute![0]!.type = 99 as onnx.AttributeProto.AttributeType;
    },
  ],
  [
    'an attribute twice',
    /repeats an attribute/,
    (_, graph) => {
      graph.node![1]!.attribute!.push(graph.node![1]!.attribute![0]!);
    },
  ],
  ['a documented node', /damaged/, (_, graph) => (graph.node![0]!.docString = 'x')],
  ['a tensor of strings', /type 8/, (_, graph) => (graph.initializer![0]!.dataType = 8)],
  ['a tensor of doubles', /type 11/, (_, graph) => (graph.initializer![0]!.dataType = 11)],
  [
    'numbers outside the raw bytes',
    /damaged/,
    (_, graph) => (graph.initializer![0]!.floatData = [1, 2]),
  ],
  [
    'a huge dimension',
    /should have .* bytes and has/,
    (_, graph) => (graph.initializer![0]!.dims = [2 ** 40, 2 ** 12]),
  ],
  [
    'a negative dimension',
    /should have -\d+ bytes/,
    (_, graph) => (graph.initializer![0]!.dims = [-29, 12]),
  ],
  [
    'dimensions of a product alike',
    /its tensor 1 should be .*\[29,12\].* and is .*\[12,29\]/,
    (_, graph) => {
      graph.initializer![0]!.dims = [12, 29];
    },
  ],
  ['a tensor less', /its tensor 3 should be/, (_, graph) => graph.initializer!.splice(2, 1)],
  [
    'a tensor more',
    /its tensor \d+ should be absent/,
    (_, graph) => {
      graph.initializer!.push({ name: 'x', dims: [1], dataType: 1, rawData: new Uint8Array(4) });
    },
  ],
  [
    'a tensor under the name of another',
    /its tensor 2 should be/,
    (_, graph) => {
      graph.initializer![1]!.name = graph.initializer![0]!.name!;
    },
  ],
  [
    'another shape constant',
    /its tensor \d+ should be \["flat_shape"/,
    (_, graph) => {
      const constant = graph.initializer!.find(({ name }) => name === 'flat_shape')!;
      constant.rawData = new Uint8Array(BigInt64Array.of(1n << 40n, 12n).buffer);
    },
  ],
  ['wires that cross', /its node \d+ should be/, (_, graph) => graph.node![9]!.input!.reverse()],
  [
    'a value made twice',
    /its node \d+ should be absent/,
    (_, graph) => graph.node!.push(graph.node![0]!),
  ],
  [
    'a node that doubles its input',
    /its node 2 should be/,
    (_, graph) => {
      graph.node!.splice(1, 0, {
        name: 'x',
        opType: 'Concat',
        input: ['input_ids', 'input_ids'],
        output: ['x'],
      });
    },
  ],
  [
    'a name that hides a comma',
    /its node 1 should be/,
    (_, graph) => (graph.node![0]!.input = ['input_ids","x']),
  ],
  [
    'an input more',
    /its input 4 should be absent/,
    (_, graph) => {
      graph.input!.push({ ...graph.input![0]!, name: 'x' });
    },
  ],
  [
    'an output more',
    /its output 2 should be absent/,
    (_, graph) => {
      graph.output!.push({ ...graph.output![0]!, name: 'shape' });
    },
  ],
  [
    'fixed dimensions',
    /its input 1 should be/,
    (_, graph) => {
      graph.input![0]!.type!.tensorType!.shape!.dim![0] = { dimValue: 2 ** 40 };
    },
  ],
  [
    'an input that is a sequence',
    /damaged/,
    (_, graph) => {
      graph.input![0]!.type = { sequenceType: { elemType: graph.input![0]!.type! } };
    },
  ],
  ['shapes of inner values', /damaged/, (_, graph) => (graph.valueInfo = graph.input!)],
  [
    'a metadata entry twice',
    /stands there twice/,
    (model) => model.metadataProps.push(model.metadataProps[1]!),
  ],
  [
    'endless metadata',
    /too many metadata entries/,
    (model) => {
      for (let i = 0; i < 30; i++) model.metadataProps.push({ key: `k${i}`, value: '' });
    },
  ],
  ['a long name', /may have/, (_, graph) => (graph.node![0]!.name = 'x'.repeat(10_000))],
  [
    'many nodes',
    /more than 20000 nodes/,
    (_, graph) => {
      graph.node = new Array<onnx.INodeProto>(20_001).fill({ opType: 'Add' });
    },
  ],
  ...externalData.map(([name, change]): [string, RegExp, Change] => [
    name,
    /another file|other files|control flow/,
    change,
  ]),
];

test.each(hostile)('%s is refused', async (_, reason, change) => {
  const reading = readOnnxFile(changed(change));
  await expect(reading).rejects.toThrow(reason);
  await expect(reading).rejects.toThrow(refusal);
});

describe('bytes that protobufjs would not write', () => {
  /** Field 7, the graph: what stands before it is short. */
  const graphTag = ours.indexOf(0x3a);
  const insert = (at: number, ...bytes: number[]) =>
    fileOf(Uint8Array.from([...ours.subarray(0, at), ...bytes, ...ours.subarray(at)]));

  test('functions are refused', async () => {
    await expect(readOnnxFile(insert(ours.length, 0xca, 0x01, 0))).rejects.toThrow(
      /functions of its own/,
    );
  });

  test('a second graph, which a parser would merge with the first, is refused', async () => {
    await expect(readOnnxFile(insert(ours.length, 0x3a, 0))).rejects.toThrow(/no field 7 there/);
    await expect(readOnnxFile(insert(graphTag, 0x3a, 0))).rejects.toThrow(/no field 7 there/);
  });

  test('groups, unknown wires, field 0 and numbers without an end are refused', async () => {
    const wrong = [[0x0b], [0x0c], [0x0e], [0x0f], [0x02, 0], new Array<number>(12).fill(0xff)];
    for (const bytes of wrong) {
      await expect(readOnnxFile(insert(graphTag, ...bytes))).rejects.toThrow(/damaged at byte/);
    }
  });

  test('a length of 2^62 is refused', async () => {
    const length = [...new Array<number>(8).fill(0x80), 0x40];
    await expect(readOnnxFile(insert(graphTag, 0x3a, ...length))).rejects.toThrow(
      /does not end, is too large/,
    );
  });

  test('a negative length is refused', async () => {
    const minusOne = [...new Array<number>(9).fill(0xff), 1];
    await expect(readOnnxFile(insert(graphTag, 0x32, ...minusOne))).rejects.toThrow(
      /damaged|cut short/,
    );
  });

  test('a million empty fields are refused in little time and memory', async () => {
    const empty = new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
    const file = fileOf(empty);
    await expect(readOnnxFile(file)).rejects.toThrow(/more than 200000 fields/);
    expect(Math.max(...file.reads)).toBeLessThanOrEqual(64 * 1024);
  });
});

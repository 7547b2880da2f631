import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { bertGraph } from '../../../src/export/bert-onnx';
import { exportOnnx } from '../../../src/export/export-onnx';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import type { BertConfig } from '../../../src/model/bert-config';
import type { Weights } from '../../../src/model/weights';
import { SeededRandom } from '../../../src/random/seeded-random';
import { formulaWeights, tinyConfig, tinyMetadata } from '../../export/tiny-bert';
import { withoutChecksums } from '../../export/without-checksums';
import { listsOf, parseTree, writeTree, type Field } from '../protobuf-tree';

const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
const ours = new Uint8Array(
  Buffer.concat(await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata })),
);
const read = (bytes: Uint8Array) => readOnnxFile(new File([new Uint8Array(bytes)], 'model.onnx'));

/** Names of regions of a file, and the offsets of their bytes. */
function regionsOf(file: Uint8Array): Map<string, number[]> {
  const regions = new Map<string, number[]>();
  const text = ({ bytes }: Field) => new TextDecoder().decode(bytes);
  for (const field of listsOf(parseTree(file)).flat()) {
    if (field.wire !== 2 || field.children || field.bytes.length === 0) continue;
    const offset = field.bytes.byteOffset - file.byteOffset;
    const offsets = Array.from(field.bytes, (_, i) => offset + i);
    const region = field.bytes.length > 400 ? 'long' : 'short';
    regions.set(region, [...(regions.get(region) ?? []), ...offsets]);
  }
  for (const entry of parseTree(file).filter(({ number }) => number === 14)) {
    const [key, value] = entry.children!;
    const offset = value!.bytes.byteOffset - file.byteOffset;
    regions.set(
      text(key!),
      Array.from(value!.bytes, (_, i) => offset + i),
    );
  }
  return regions.set(
    'anywhere',
    Array.from(file, (_, i) => i),
  );
}

function flipped(file: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = file.slice();
  changed[at]! ^= 1 << bit;
  return changed;
}

/** What a file computes and says: all of it but the version of its writer and the name of its graph. */
function withoutNames(file: Uint8Array): unknown {
  const model = onnx.ModelProto.decode(file);
  return { ...model, producerVersion: '', graph: { ...model.graph, name: '' } };
}

test('a bit that flips anywhere is refused, unless it stands where nothing is said: in the version of the writer, in the name of the graph', async () => {
  const random = new SeededRandom(42);
  const names = withoutNames(ours);
  let accepted = 0;
  const regions = regionsOf(ours);
  expect(regions.size).toBeGreaterThan(11);
  for (const [region, offsets] of regions) {
    for (let i = 0; i < (region === 'anywhere' ? 150 : 20); i++) {
      const bytes = flipped(ours, offsets[random.nextBelow(offsets.length)]!, random.nextBelow(8));
      const outcome = await read(bytes).catch((reason: unknown) => reason);
      if (outcome instanceof Error) {
        expect(outcome.message).toMatch(/^model\.onnx: .+; .{20,}\.$/su);
        continue;
      }
      accepted++;
      expect(withoutNames(bytes), region).toEqual(names);
    }
  }
  expect(accepted).toBeLessThan(8); // both are short
}, 60_000);

describe('a refusal says what was changed', () => {
  const sentence = (what: string) =>
    new RegExp(
      `^model\\.onnx: ${what} should have the SHA-256 [0-9a-f]{8}… and has [0-9a-f]{8}…; it was damaged or changed after its export, so ask for the file again\\.$`,
      'u',
    );

  test('in the weights', async () => {
    const tensor = onnx.ModelProto.decode(ours).graph!.initializer![3]!.rawData!;
    const at = Buffer.from(ours).indexOf(tensor);
    expect(at).toBeGreaterThan(0);
    await expect(read(flipped(ours, at, 0))).rejects.toThrow(sentence('its weights'));
  });

  test('in the weights of a large file, to 16 MB', async () => {
    const config: BertConfig = { ...tinyConfig, vocabularySize: 40_000, hidden: 120, layers: 1 };
    const metadata = { ...tinyMetadata, config };
    const zeros: Weights = new Map();
    for (const [key, shape] of bertGraph(config, tinyMetadata.tags.length).parameters) {
      const size = shape.reduce((product, width) => product * width, 1);
      zeros.set(key, { shape, data: new Float32Array(size) });
    }
    const parts = await exportOnnx({ config, weights: zeros, metadata });
    const large = new Uint8Array(await new Blob(parts).arrayBuffer());
    expect((await read(large)).hasChecksums).toBe(true);
    await expect(read(flipped(large, 17e6, 3))).rejects.toThrow(
      sentence('bytes 16–20 MB of its weights'),
    );
    await expect(read(flipped(large, 15e6, 3))).rejects.toThrow(
      sentence('bytes 0–16 MB of its weights'),
    );
  });

  /** Our file as Python's onnx would write it after a change to one metadata entry. */
  function changed(changes: Record<string, (value: string) => string>): Uint8Array {
    const model = onnx.ModelProto.decode(ours);
    for (const entry of model.metadataProps) {
      entry.value = changes[entry.key!.slice('tagwerk.'.length)]?.(entry.value!) ?? entry.value!;
    }
    return onnx.ModelProto.encode(model).finish();
  }

  test.each<[field: string, noun: string, change: (value: string) => string]>([
    ['vocabulary', 'its vocabulary', (value) => value.replace('##a', '##z')],
    ['tags', 'its tags', (value) => value.replace('PER', 'LOC')],
    ['labels', 'its labels', (value) => value.replace('PER', 'LOC')],
    ['lowercase', 'its rule of letter case', () => 'false'],
    ['maxPieces', 'its max length', () => '10'],
    ['scheme', 'its tag scheme', () => '"IOB1"'],
    ['config', 'its configuration', (value) => value.replace('1e-12', '1e-5')],
    ['card', 'its training card', (value) => value.replace('"f1":0.4', '"f1":0.9')],
  ])('in %s', async (field, noun, change) => {
    await expect(read(changed({ [field]: change }))).rejects.toThrow(sentence(noun));
  });

  test('in several places', async () => {
    const bytes = changed({ lowercase: () => 'false', maxPieces: () => '9' });
    await expect(read(bytes)).rejects.toThrow(
      /its rule of letter case should have .* and has .*, its max length should have .* and has .*;/u,
    );
  });

  test('where another program has written the file', async () => {
    const model = onnx.ModelProto.decode(ours);
    model.producerName = 'onnx.quantize';
    await expect(read(onnx.ModelProto.encode(model).finish())).rejects.toThrow(
      /^model\.onnx: it is a file of Tagwerk's, but written by "onnx\.quantize"; it was damaged or changed/u,
    );
  });

  test('where an entry was added or taken away', async () => {
    const tree = parseTree(ours);
    const entryOf = (key: string) =>
      tree.findIndex(
        ({ number, children }) =>
          number === 14 && new TextDecoder().decode(children![0]!.bytes) === key,
      );
    const without = (key: string) => writeTree(tree.toSpliced(entryOf(key), 1));
    await expect(read(without('tagwerk.maxPieces'))).rejects.toThrow(/its max length is missing;/u);
    await expect(read(without('tagwerk.checksums'))).rejects.toThrow(
      /it should have checksums and has none; it was damaged or changed after its export/u,
    );
    const model = onnx.ModelProto.decode(ours);
    model.metadataProps.push({ key: 'constructor', value: 'x' });
    await expect(read(onnx.ModelProto.encode(model).finish())).rejects.toThrow(
      /its metadata entry constructor was added;/u,
    );
  });
});

describe('a file from before checksums', () => {
  test('opens, and is known for one', async () => {
    const file = await read(withoutChecksums(ours));
    expect(file.metadata).toEqual(tinyMetadata);
    expect(file.hasChecksums).toBe(false);
    expect((await read(ours)).hasChecksums).toBe(true);
  });

  test.each([
    ['a weight whose highest bit of the exponent has flipped', (value: number) => value * 2 ** 128],
    ['a NaN', () => NaN],
    ['an infinite weight', () => -Infinity],
  ])('is refused where it holds %s', async (_, change) => {
    const model = onnx.ModelProto.decode(ours);
    const tensor = model.graph!.initializer!.find(({ name }) => name === 'classifier.bias')!;
    const raw = Uint8Array.from(tensor.rawData!);
    const view = new DataView(raw.buffer);
    const before = view.getFloat32(4, true);
    expect(Math.abs(before)).toBeLessThan(2);
    view.setFloat32(4, change(before), true);
    tensor.rawData = raw;
    await expect(read(withoutChecksums(onnx.ModelProto.encode(model).finish()))).rejects.toThrow(
      /its tensor classifier\.bias holds (?:-?\d\.\de\+\d\d|NaN|-Infinity), which no training leaves .*ask for the file again\.$/u,
    );
  });
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { bertGraph } from '../../src/export/bert-onnx';
import { exportOnnx, type OnnxExport } from '../../src/export/export-onnx';
import type { ModelMetadata } from '../../src/export/model-metadata';
import type { WordBlocks } from '../../src/export/word-blocks';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { blockConfig, blockMetadata, randomBlocks } from '../export/block-bert';
import { formulaWeights, tinyConfig, tinyMetadata } from '../export/tiny-bert';
import { expectFrugalRefusal, WatchedFile, withinTime } from '../reference/watched-file';
import { mutate, mutation } from './onnx-mutations';
import { withoutChecksums } from '../export/without-checksums';
import { parseTree, writeTree } from './protobuf-tree';

/** A file that is mutated. */
interface Original {
  /** Metadata that the reader takes from it. */
  metadata: ModelMetadata;
  sealed: Uint8Array;
  /** The same without checksums, so that what is behind them is tried, too: whoever makes a hostile file can make its checksums. */
  ours: Uint8Array;
  weightNames: ReadonlySet<string>;
}

async function makeOriginal(order: OnnxExport, words?: WordBlocks): Promise<Original> {
  const { config, metadata } = order;
  const sealed = new Uint8Array(Buffer.concat(await exportOnnx(order)));
  const { weights } = bertGraph(config, metadata.tags.length, undefined, words);
  const { card, ...others } = metadata;
  return {
    metadata: { ...others, ...(words ? { words } : {}), card }, // in the order of the file
    sealed,
    ours: withoutChecksums(sealed),
    weightNames: new Set(weights.map(({ name }) => name)),
  };
}

const plain = await makeOriginal({
  config: tinyConfig,
  weights: formulaWeights(tinyConfig, tinyMetadata.tags.length),
  metadata: tinyMetadata,
});
/** As small as the other. */
const config = { ...blockConfig, hidden: 32, layers: 1, intermediate: 8 };
const words = randomBlocks(undefined, config);
const inBlocks = await makeOriginal(
  {
    ...{ config, words, metadata: { ...blockMetadata, config } },
    weights: formulaWeights(config, blockMetadata.tags.length),
  },
  { rows: words.table.scales.length, changedRows: 2, shards: words.shards },
);

/**
 * Hashes what a file makes a runtime do, as protobufjs reads it: all but the weights' numbers, the names of the writer and of the graph, and
 * the metadata, which says nothing to a runtime.
 */
function meaningOf(model: onnx.ModelProto, { weightNames }: Original): unknown[] {
  const { graph, opsetImport, trainingInfo } = model;
  const irVersion = String(model.irVersion as unknown); // a Long
  const initialisers = graph!.initializer!.map(({ rawData, name, ...rest }) => [
    name,
    weightNames.has(name!) ? rawData!.length : Buffer.from(rawData!).toString('hex'),
    rest,
  ]);
  const { node, input, output, sparseInitializer, valueInfo, quantizationAnnotation } = graph!;
  const others = [sparseInitializer, valueInfo, quantizationAnnotation, trainingInfo];
  const operators = opsetImport.map(({ domain, version }) => [
    domain ?? '',
    String(version as unknown),
  ]); // absent is the default
  const parts = [irVersion, operators, node, initialisers, input, output, others];
  return parts.map((part) => createHash('sha256').update(JSON.stringify(part)).digest('hex'));
}

/** The metadata as protobufjs and JSON.parse read it. */
function metadataOf({ metadataProps }: onnx.ModelProto): { card: object } {
  const values = new Map(metadataProps.map(({ key, value }) => [key, value!]));
  expect(values.size).toBe(metadataProps.length);
  expect(values.get('tagwerk.format')).toBe('1');
  values.delete('tagwerk.format');
  return Object.fromEntries(
    [...values].map(([key, value]) => {
      const field = key!.slice('tagwerk.'.length);
      return [field, field === 'vocabulary' ? value.split('\n') : (JSON.parse(value) as unknown)];
    }),
  ) as { card: object };
}

/** The card without fields that no card of ours has: a mutation that renames an optional field makes one, and the reader drops it. */
function withoutUnknown(card: object): object {
  const { card: ours } = tinyMetadata; // the files' cards are one
  const pick = (found: object, known: object) =>
    Object.fromEntries(Object.entries(found).filter(([key]) => Object.hasOwn(known, key)));
  return Object.fromEntries(
    Object.entries(pick(card, ours)).map(([key, value]) => {
      const known = ours[key as keyof typeof ours];
      return [key, typeof known === 'object' ? pick(value as object, known) : value];
    }),
  );
}

/** Takes the metadata that decide how the graph is run; the rest is names, pieces, scores and dates. */
function whatRuns({ config, tags, vocabulary, words }: ModelMetadata): unknown[] {
  // Dropout is for training only.
  const sizes = Object.entries(config).filter(([name]) => !name.endsWith('Dropout'));
  return [sizes, tags.length, vocabulary.length, words?.rows, words?.changedRows];
}

test.each([plain, inBlocks])('the tree of these tests is the file', ({ ours }) => {
  expect(writeTree(parseTree(ours))).toEqual(ours);
});

/** Four runs of 2,500, for one of 10,000 would be long; the other form differs in a twentieth of its nodes. */
const runs: [files: number, seed: number, form: string, original: Original][] = [
  ...[33, 34, 35, 36].map((seed): [number, number, string, Original] => [
    2500,
    seed,
    'whole',
    plain,
  ]),
  [1200, 38, 'in blocks', inBlocks],
];

test.each(runs)(
  'of %i mutated files (seed %i, word table %s) each is refused with a sentence, or runs as before and says what its bytes say',
  async (numRuns, seed, _, original) => {
    const { ours } = original;
    const meaning = meaningOf(onnx.ModelProto.decode(ours), original);
    const outcomes = { accepted: 0, refused: 0, changedText: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const bytes = mutate(ours, mutations);
        const file = new WatchedFile([new Uint8Array(bytes)], 'model.onnx');
        const outcome = await withinTime(200, () => {
          file.forget();
          return readOnnxFile(file).catch((reason: unknown) => reason);
        });
        expect(file.bytesRead()).toBeLessThanOrEqual(2 * bytes.length);
        expect(Math.max(0, ...file.reads)).toBeLessThanOrEqual(bytes.length);
        if (outcome instanceof Error) {
          outcomes.refused++;
          expect(outcome.constructor).toBe(Error);
          expect(outcome.message).toMatch(/^model\.onnx: .+; .{20,}\.$/su);
          expect(outcome.message.length).toBeLessThan(2500);
          return;
        }
        outcomes.accepted++;
        const { metadata } = outcome as Awaited<ReturnType<typeof readOnnxFile>>;
        const model = onnx.ModelProto.decode(bytes);
        expect(meaningOf(model, original)).toEqual(meaning);
        expect(whatRuns(metadata)).toEqual(whatRuns(original.metadata));
        const plain = metadataOf(model);
        expect(metadata).toEqual({ ...plain, card: withoutUnknown(plain.card) });
        if (JSON.stringify(metadata) !== JSON.stringify(original.metadata)) outcomes.changedText++;
      }),
      { numRuns, seed },
    );
    expect(outcomes.accepted).toBeGreaterThan(numRuns / 25);
    expect(outcomes.refused).toBeGreaterThan(numRuns / 2.5);
    expect(outcomes.changedText).toBeGreaterThan(0);
  },
  300_000,
);

/** Hashes the numbers of every weight, by its name. */
const weightsOf = ({ graph }: onnx.ModelProto): unknown =>
  graph!.initializer!.map(({ name, rawData }) => [
    name,
    createHash('sha256').update(rawData!).digest('hex'),
  ]);

const sealedRuns: [files: number, form: string, original: Original][] = [
  [600, 'whole', plain],
  [200, 'in blocks', inBlocks],
];

test.each(sealedRuns)(
  'of %i mutated files with checksums (word table %s) each is refused, or has the same graph, weights and metadata',
  async (numRuns, _, original) => {
    const { sealed } = original;
    const meaning = meaningOf(onnx.ModelProto.decode(sealed), original);
    const expectedWeights = weightsOf(onnx.ModelProto.decode(sealed));
    const outcomes = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const bytes = mutate(sealed, mutations);
        const file = new File([new Uint8Array(bytes)], 'model.onnx');
        const outcome = await readOnnxFile(file).catch((reason: unknown) => reason);
        if (outcome instanceof Error) {
          outcomes.refused++;
          expect(outcome.message).toMatch(/^model\.onnx: .+; .{20,}\.$/su);
          return;
        }
        outcomes.accepted++;
        const model = onnx.ModelProto.decode(bytes);
        expect(meaningOf(model, original)).toEqual(meaning);
        expect(weightsOf(model)).toEqual(expectedWeights);
        expect((outcome as Awaited<ReturnType<typeof readOnnxFile>>).metadata).toEqual(
          original.metadata,
        );
      }),
      { numRuns, seed: 37 },
    );
    expect(outcomes.accepted).toBeGreaterThan(numRuns / 60);
    expect(outcomes.refused).toBeGreaterThan(numRuns / 1.5);
  },
  300_000,
);

describe('files of megabytes that mean nothing', () => {
  const { ours } = plain;
  const megabytes = 3 * 2 ** 20;
  const utf8 = new TextEncoder();

  /** Our file with another text in one metadata entry. */
  function withEntry(field: string, value: string): Uint8Array {
    const tree = parseTree(ours);
    const entry = tree.find(
      ({ number, children }) =>
        number === 14 && new TextDecoder().decode(children![0]!.bytes) === `tagwerk.${field}`,
    );
    entry!.children![1]!.bytes = utf8.encode(value);
    return writeTree(tree);
  }

  const configured = (change: object) =>
    withEntry('config', JSON.stringify({ ...tinyConfig, ...change }));
  test.each([
    ['lists in the card', withEntry('card', `[${'[],'.repeat(megabytes / 3)}[]]`)],
    ['lists without end in the tags', withEntry('tags', '['.repeat(megabytes))],
    ['objects in the configuration', withEntry('config', `[${'{},'.repeat(megabytes / 3)}{}]`)],
    ['millions of numbers for labels', withEntry('labels', `[${'1,'.repeat(megabytes / 2)}1]`)],
    ['millions of empty pieces', withEntry('vocabulary', '\n'.repeat(megabytes))],
    ['one long piece', withEntry('vocabulary', 'a'.repeat(megabytes))],
    ['one long scheme', withEntry('scheme', `"${'a'.repeat(megabytes)}"`)],
    ['200 layers', configured({ layers: 200 })],
    ['the widest model', configured({ hidden: 2 ** 14, heads: 1, intermediate: 2 ** 16 })],
    [
      'a hundred thousand empty nodes',
      Uint8Array.from([
        ...ours,
        0x3a,
        0x80,
        0x80,
        8,
        ...new Uint8Array(131_072).map((_, i) => (i % 2 ? 0 : 0x0a)),
      ]),
    ],
  ])('%s: refused within 200 ms and twice the memory', async (_, bytes) => {
    const file = new WatchedFile([new Uint8Array(bytes)], 'model.onnx');
    // 8 MB: two graphs and their texts.
    const most = { messageLength: 2500, read: 2 * file.size, besides: 8 * 2 ** 20 };
    await expectFrugalRefusal(file, readOnnxFile, most);
  });
});

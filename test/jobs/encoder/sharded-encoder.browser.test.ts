import { describe, expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { importEncoder } from '../../../src/jobs/encoder/import-encoder';
import { exportRun } from '../../../src/jobs/run/export-run';
import { loadCheckpointState } from '../../../src/jobs/run/load-checkpoint';
import type { TrainContext } from '../../../src/jobs/run/run-context';
import { startRun } from '../../../src/jobs/run/train-run';
import { DataService } from '../../../src/jobs/services/data-service';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { readStoredTokenizer } from '../../../src/storage/encoder-files';
import { deleteCorpus } from '../../../src/storage/corpora/corpora';
import { deleteEncoder, findEncoder, listEncoders } from '../../../src/storage/encoders';
import { readModelBlob } from '../../../src/storage/models';
import { requirePack } from '../../../src/storage/require';
import { requireRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { RunControl } from '../../../src/train/run-control';
import { smallCorpus } from '../../e2e/small-corpus';
import { makeTinyShardedEncoder, shardsOfPieces } from '../../reference/tiny-sharded-encoder';
import { openFresh } from '../../storage/fresh-database';

/** A folder of the tests' server: see `test/serve-tiny-encoder.ts`. */
const url = new URL('/tiny-sharded-encoder/', location.href).href;
const name = 'multilingual-e5-small-8';
const maxPieces = 48;
const noReport = () => undefined;

const dataOf = (database: Database) => new DataService(Promise.resolve(database));

/** Stores the small corpus, with one more sentence in dev. */
async function dropCorpus(database: Database, sentence: string) {
  const files = Object.entries({
    ...smallCorpus,
    'letters.dev.conll': `${smallCorpus['letters.dev.conll']}\n${sentence.replaceAll(' ', '\tO\n')}\tO\n`,
  }).map(([path, rows]) => ({ file: new File([rows], path) }));
  const corpus = await dataOf(database).importCorpus({ name: sentence, files }, noReport);
  return corpus.id;
}

/** Files of that folder that were fetched since the last call, in order. */
function fetched(): string[] {
  const entries = performance.getEntriesByType('resource');
  performance.clearResourceTimings();
  return entries
    .filter((each) => each.name.startsWith(url))
    .map((each) => each.name.slice(url.length));
}

const pack = (database: Database, corpusId: string, encoderId: string) =>
  dataOf(database).packCorpus(corpusId, encoderId, maxPieces, noReport);

describe('an encoder whose word table is in shards', () => {
  test('is fetched without them; a corpus brings those that its pieces need, once', async () => {
    const database = await openFresh();
    fetched();
    const encoder = await dataOf(database).fetchBundledEncoder(name, url, noReport);
    expect(fetched()).toEqual([
      ...['config.json', 'tokenizer.json.gz', 'model.safetensors', 'LICENSE'],
    ]);
    expect(encoder.wordShards).toEqual({
      ...{ names: ['latin', 'cyrillic-greek', 'cjk', 'rest'], stored: {}, source: url },
    });
    const latin = await dropCorpus(database, 'from there');
    await pack(database, latin, encoder.id);
    expect(fetched()).toEqual(['words-latin.safetensors']);
    await pack(database, latin, encoder.id);
    expect(fetched()).toEqual([]);

    const greek = await dropCorpus(database, 'ο χθες');
    await pack(database, greek, encoder.id);
    expect(fetched()).toEqual(['words-cyrillic-greek.safetensors']);
    const stored = (await findEncoder(database, encoder.id))!;
    expect(Object.keys(stored.wordShards!.stored)).toEqual(['latin', 'cyrillic-greek']);
    expect(await dataOf(database).fetchBundledEncoder(name, url, noReport)).toEqual(stored);
    expect(fetched()).toEqual([]);
  });

  test('whose shard the server does not have is told by the file, and the corpus stays', async () => {
    const database = await openFresh();
    const encoder = await dataOf(database).fetchBundledEncoder(name, url, noReport);
    const thai = await dropCorpus(database, 'ก ท');
    await expect(pack(database, thai, encoder.id)).rejects.toThrow(
      /has no \/tiny-sharded-encoder\/words-rest\.safetensors \(status 404\), so the file words-rest\.safetensors, whose embeddings \d+ word pieces of this corpus need, could not be fetched/u,
    );
    expect(await listEncoders(database)).toHaveLength(1);
  });

  test('dropped as a folder brings the shards that it has; one that a corpus needs is told by its name', async () => {
    const database = await openFresh();
    const files = makeTinyShardedEncoder();
    const folder = (...left: string[]) =>
      Object.entries(files)
        .filter(([path]) => !left.includes(path))
        .map(([path, bytes]) => ({ path: `e/${path}`, file: new File([bytes], path) }));
    const drop = (...left: string[]) =>
      dataOf(database).importEncoder(folder(...left), 'mine', noReport);
    const encoder = await drop('words-cjk.safetensors', 'words-rest.safetensors');
    expect(Object.keys(encoder.wordShards!.stored)).toEqual(['latin', 'cyrillic-greek']);
    expect((await readStoredTokenizer(database, encoder)).vocabulary).toHaveLength(
      shardsOfPieces().length,
    );
    const chinese = await dropCorpus(database, '你 知');
    await expect(pack(database, chinese, encoder.id)).rejects.toThrow(
      /^The embeddings that \d+ word pieces of this corpus need are in words-cjk\.safetensors, which was not in the folder of “mine”\.$/u,
    );
    const again = await drop('words-rest.safetensors');
    expect(again.id).toBe(encoder.id);
    expect(Object.keys(again.wordShards!.stored)).toEqual(['latin', 'cyrillic-greek', 'cjk']);
    await pack(database, chinese, encoder.id);
  });

  test('a shard of another encoder is refused by what does not fit', async () => {
    const { signal } = new AbortController();
    const files = makeTinyShardedEncoder();
    files['words-latin.safetensors'] = files['words-cjk.safetensors']!;
    const blobs = Object.entries(files).map(([path, bytes]) => ({
      ...{ name: path, blob: new Blob([bytes]) },
    }));
    const job = { database: await openFresh(), report: noReport, signal };
    await expect(importEncoder(job, blobs, 'mixed')).rejects.toThrow(
      /^words-latin\.safetensors: "embeddings\.word_embeddings\.weight" should be \[\d+, 32\] and is \[\d+, 32\]; take all files from the same encoder\.$/u,
    );
    expect(await listEncoders(job.database)).toEqual([]);
  });

  test.each([{ frozenLayers: 0 }, { frozenLayers: 1 }])(
    'trains on the rows of its corpus, and is exported with the shards that are here, by itself too: $frozenLayers layers frozen',
    async ({ frozenLayers }) => {
      const database = await openFresh();
      const encoder = await dataOf(database).fetchBundledEncoder(name, url, noReport);
      const corpusId = await dropCorpus(database, 'from there');
      await pack(database, corpusId, encoder.id);
      const recipe = { ...DEFAULT_RECIPE, epochs: 1, batchSize: 16, maxPieces, frozenLayers };
      const context = {
        ...{ database, control: new RunControl(), onEvent: noReport, microBatchPieces: 512 },
        device: { backend: await selectBackend('wasm', { threads: 1 }), measureMemory: () => 0 },
        pinned: () => ['Ada was in xylophone Qatar.', 'Ada 你知'],
      };
      const request = { name: 'Run 1', corpusId, encoderId: encoder.id, recipe };
      const run = await startRun(context, request);
      expect([run.failure, run.state]).toEqual([undefined, 'finished']);

      // A sentence in a script that is not here is told so, and does not end the run.
      const [readable, unreadable] = run.pinned![0]!.sentences;
      expect(readable!.unreadable).toBeUndefined();
      expect(unreadable!.unreadable).toMatch(
        /^\d of the text's word pieces have their embeddings in words-cjk\.safetensors, which is not here/u,
      );

      // What was frozen, and the rows that no sentence needs, are the encoder's alone.
      const { weights, wordIds } = await loadCheckpointState(database, run.id, 'best');
      expect(weights.has('bert.encoder.layer.0.output.dense.bias')).toBe(frozenLayers === 0);
      const { train, dev } = await packsOf(database, corpusId, encoder.id);
      const kept = Int32Array.from(new Set([0, ...train.pieceIds, ...dev.pieceIds])).sort();
      expect(wordIds).toEqual(frozenLayers === 0 ? kept : undefined);
      const table = weights.get('bert.embeddings.word_embeddings.weight');
      expect(table?.shape).toEqual(frozenLayers === 0 ? [kept.length, 32] : undefined);

      const whole = shardsOfPieces().length;
      const rows = shardsOfPieces().filter((shard) => shard === 0).length;
      const sizes = { rows, changedRows: frozenLayers === 0 ? kept.length : 0, shards: ['latin'] };
      expect((await exportAs(context, run.id, 'file')).words).toEqual(sizes);

      await deleteCorpus(database, corpusId);
      await deleteEncoder(database, encoder.id);
      expect(await listEncoders(database)).toEqual([]);
      const alone = await exportAs(context, run.id, 'alone');
      expect([alone.words, alone.vocabulary.length]).toEqual([sizes, whole]);
    },
  );
});

async function packsOf(database: Database, corpusId: string, encoderId: string) {
  const read = (split: 'train' | 'dev') =>
    requirePack(database, { corpusId, encoderId, maxPieces, split });
  return { train: await read('train'), dev: await read('dev') };
}

/** Exports a run, which compares the file's logits with the model's, and reads the file's metadata. */
async function exportAs(context: TrainContext, runId: string, file: string) {
  const { database } = context;
  const { id } = await exportRun(context, await requireRun(database, runId), file, noReport);
  const blob = await readModelBlob(database, id);
  return (await readOnnxFile(new File([blob], `${file}.onnx`))).metadata;
}

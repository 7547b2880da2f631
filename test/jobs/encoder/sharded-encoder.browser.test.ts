import { describe, expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { importEncoder } from '../../../src/jobs/encoder/import-encoder';
import { loadEncoderWeights } from '../../../src/jobs/encoder/stored-encoder';
import { startRun } from '../../../src/jobs/run/train-run';
import { DataService } from '../../../src/jobs/services/data-service';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { readTokenizer } from '../../../src/storage/encoder-files';
import { findEncoder, listEncoders } from '../../../src/storage/encoders';
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
    expect((await readTokenizer(database, encoder)).vocabulary).toHaveLength(
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

  test('trains on the rows of its corpus; a pinned sentence in a script that is not here is told so', async () => {
    const database = await openFresh();
    const encoder = await dataOf(database).fetchBundledEncoder(name, url, noReport);
    const corpusId = await dropCorpus(database, 'from there');
    await pack(database, corpusId, encoder.id);
    const { words } = await loadEncoderWeights(
      database,
      (await findEncoder(database, encoder.id))!,
    );
    expect(words.shape).toEqual([shardsOfPieces().length, 32]);
    const recipe = { ...DEFAULT_RECIPE, epochs: 1, batchSize: 16, maxPieces };
    const run = await startRun(
      {
        ...{ database, control: new RunControl(), onEvent: noReport, microBatchPieces: 512 },
        device: { backend: await selectBackend('wasm', { threads: 1 }), measureMemory: () => 0 },
        pinned: () => ['Ada was in xylophone Qatar.', 'Ada 你知'],
      },
      { name: 'Run 1', corpusId, encoderId: encoder.id, recipe },
    );
    expect([run.failure, run.state]).toEqual([undefined, 'finished']);
    const [readable, unreadable] = run.pinned![0]!.sentences;
    expect(readable!.unreadable).toBeUndefined();
    expect(unreadable!.unreadable).toMatch(
      /^\d of the text's word pieces have their embeddings in words-cjk\.safetensors, which is not here/u,
    );
  });
});

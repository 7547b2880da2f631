import { deleteDB, openDB } from 'idb';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ByteSource } from '../../../src/data/format/byte-source';
import { deleteCorpus, findCorpus, renameCorpus } from '../../../src/storage/corpora/corpora';
import { moveBlobs, openFiles, type ReadableFile } from '../../../src/storage/corpora/corpus-files';
import { writeCorpus } from '../../../src/storage/corpora/corpus-writer';
import { openDatabase } from '../../../src/storage/database';
import { createId } from '../../../src/storage/ids';
import { migrations } from '../../../src/storage/migrations';
import type { Database } from '../../../src/storage/schema';
import { SHARD_BYTES } from '../../../src/storage/shards/shards';
import { sweepLeftovers } from '../../../src/storage/sweep';
import { openFresh } from '../fresh-database';
import { sameBytes, seededBytes, someCorpus } from '../samples';

/** The version of the schema whose corpora held their files as Blobs. */
const BLOB_VERSION = 3;

function someFile(name: string, source: ByteSource): ReadableFile {
  const format = {
    encoding: 'utf-8',
    separator: 'space',
    columns: 2,
    wordColumn: 0,
    tagColumn: 1,
    scheme: 'IOB2',
  } as const;
  const evidence = { encoding: '', separator: '', columns: '', scheme: '' };
  return {
    name,
    split: 'train',
    bytes: source.size,
    source,
    detected: { ...format, evidence },
    format,
    sentences: 0,
    documents: 0,
    errors: 0,
    warnings: 0,
    findings: [],
  };
}

/** Stores a corpus without sentences that has these files. */
async function store(database: Database, files: ReadableFile[], id?: string): Promise<string> {
  const write = (writer: { id: string }) =>
    Promise.resolve({ ...someCorpus(writer.id, {}), files });
  return (await writeCorpus(database, write, id)).id;
}

async function readFiles(database: Database, id: string): Promise<Uint8Array[]> {
  const corpus = await findCorpus(database, id);
  return Promise.all(openFiles(database, corpus!).files.map(({ source }) => readAll(source)));
}

async function readAll(source: ByteSource): Promise<Uint8Array> {
  return new Uint8Array(await source.slice(0, source.size).arrayBuffer());
}

/** Whether some record or shard of a database holds a Blob anywhere. */
async function holdsBlob(database: Database): Promise<boolean> {
  const seek = (value: unknown): boolean =>
    value instanceof Blob ||
    (typeof value === 'object' && value !== null && Object.values(value).some(seek));
  for (const name of database.objectStoreNames) {
    if (seek(await database.getAll(name))) return true;
  }
  return false;
}

describe("a corpus' files", () => {
  test('are kept as shards, never as Blobs, and come back byte for byte', async () => {
    const database = await openFresh();
    const small = seededBytes(10, 1);
    const big = seededBytes(SHARD_BYTES + 1, 2);
    const id = await store(database, [
      someFile('small', new File([small], 'small')),
      someFile('empty', new Blob([])),
      someFile('big', new Blob([big])),
    ]);
    expect(await holdsBlob(database)).toBe(false);
    expect(await database.count('shards')).toBe(3);
    const [first, second, third] = await readFiles(database, id);
    expect(first).toEqual(small);
    expect(second).toHaveLength(0);
    expect(sameBytes(third!, big)).toBe(true);
  });

  test('are read in slices across the bounds of shards', async () => {
    const database = await openFresh();
    const bytes = seededBytes(2 * SHARD_BYTES + 5, 3);
    const id = await store(database, [someFile('big', new Blob([bytes]))]);
    const { source } = openFiles(database, (await findCorpus(database, id))!).files[0]!;
    expect(source.size).toBe(bytes.length);
    for (const [start, end] of [
      [0, 1],
      [SHARD_BYTES - 3, SHARD_BYTES + 3],
      [SHARD_BYTES, SHARD_BYTES],
      [SHARD_BYTES - 1, 2 * SHARD_BYTES + 2],
      [2 * SHARD_BYTES, 9 * SHARD_BYTES],
    ] as const) {
      const slice = new Uint8Array(await source.slice(start, end).arrayBuffer());
      expect(sameBytes(slice, bytes.slice(start, end))).toBe(true);
    }
  });

  test('keep their shards when the corpus is read anew', async () => {
    const database = await openFresh();
    const id = await store(database, [
      someFile('a', new Blob(['one'])),
      someFile('b', new Blob(['two'])),
    ]);
    const before = await database.getAllKeys('shards');
    const { files } = openFiles(database, (await findCorpus(database, id))!);
    await store(database, [files[1]!, someFile('c', new Blob(['three']))], id);
    expect((await readFiles(database, id)).map((file) => new TextDecoder().decode(file))).toEqual([
      'two',
      'three',
    ]);
    const after = await database.getAllKeys('shards');
    expect(after).toHaveLength(2); // the first file went with the old text
    expect(after[0]).toEqual(before[1]);
  });

  test('that are new go again where the writing fails, and the old ones stay', async () => {
    const database = await openFresh();
    const id = await store(database, [someFile('a', new Blob(['one']))]);
    const broken: ByteSource = {
      size: 5,
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('The disk is gone.')) }),
    };
    const files = [someFile('b', new Blob(['two'])), someFile('c', broken)];
    await expect(store(database, files, id)).rejects.toThrow('The disk is gone.');
    expect(await database.count('shards')).toBe(1);
    expect(new TextDecoder().decode((await readFiles(database, id))[0])).toBe('one');
  });

  test('stay when leftovers are swept, and go with the corpus', async () => {
    const database = await openFresh();
    const id = await store(database, [someFile('a', new Blob(['one']))]);
    const other = await store(database, [someFile('b', new Blob(['two']))]);
    expect(await sweepLeftovers(database)).toBe(0);
    expect(await database.count('shards')).toBe(2);
    await deleteCorpus(database, id);
    expect(await database.count('shards')).toBe(1);
    expect(new TextDecoder().decode((await readFiles(database, other))[0])).toBe('two');
  });

  test('that were damaged are not taken for the corpus', async () => {
    const database = await openFresh();
    const id = await store(database, [someFile('a', new Blob(['one']))]);
    const [key] = await database.getAllKeys('shards');
    await database.put('shards', new TextEncoder().encode('two').buffer, key);
    await expect(readFiles(database, id)).rejects.toThrow('Stored data is damaged');
  });
});

describe('a database of the version before, with corpora that hold Blobs', () => {
  const text = 'EU B-ORG\nrejects O\n';

  /** Stores corpora as the build before did. */
  async function makeOld(ids: readonly string[]): Promise<string> {
    const name = `test-${createId()}`;
    onTestFinished(() => deleteDB(name));
    const old = await openDatabase(name, { migrations: migrations.slice(0, BLOB_VERSION) });
    for (const id of ids) {
      const source = new File([text, id], 'train.conll');
      const record = { ...someCorpus(id, {}), generation: 1, textBytes: 0 };
      await old.put('corpora', {
        ...record,
        files: [{ ...someFile('train.conll', source), source }],
      });
    }
    old.close();
    return name;
  }

  async function openNow(name: string): Promise<Database> {
    const database = await openDatabase(name);
    onTestFinished(() => database.close());
    return database;
  }

  const readText = async (database: Database, id: string) =>
    new TextDecoder().decode((await readFiles(database, id))[0]);

  test('opens, and its files are read before they are moved and after', async () => {
    const database = await openNow(await makeOld(['one', 'two']));
    expect(database.version).toBe(migrations.length);
    expect(await readText(database, 'one')).toBe(`${text}one`);
    await renameCorpus(database, 'one', 'Letters');
    expect(await holdsBlob(database)).toBe(true);

    expect(await moveBlobs(database)).toBe(2);
    expect(await holdsBlob(database)).toBe(false);
    expect(await readText(database, 'one')).toBe(`${text}one`);
    expect(await readText(database, 'two')).toBe(`${text}two`);
    expect(await findCorpus(database, 'one')).toMatchObject({ name: 'Letters', generation: 1 });
    expect(await moveBlobs(database)).toBe(0);
    expect(await sweepLeftovers(database)).toBe(0);
  });

  test('goes on where a move died between shards and record', async () => {
    const database = await openNow(await makeOld(['one']));
    await database.put('shards', new ArrayBuffer(7), ['corpora/one', 1, 0]);
    await database.put('shards', new ArrayBuffer(7), ['corpora/one', 1, 1]);
    expect(await readText(database, 'one')).toBe(`${text}one`);
    expect(await moveBlobs(database)).toBe(1);
    expect(await readText(database, 'one')).toBe(`${text}one`);
    expect(await database.count('shards')).toBe(1);
  });

  test('has what a dead move left swept, and the Blob stays', async () => {
    const database = await openNow(await makeOld(['one']));
    await database.put('shards', new ArrayBuffer(7), ['corpora/one', 1, 0]);
    expect(await sweepLeftovers(database)).toBe(1);
    expect(await readText(database, 'one')).toBe(`${text}one`);
  });

  test('lets a corpus be deleted before it is moved, and read anew into shards', async () => {
    const database = await openNow(await makeOld(['one', 'two']));
    await deleteCorpus(database, 'one');
    const { files } = openFiles(database, (await findCorpus(database, 'two'))!);
    await store(database, files, 'two');
    expect(await readText(database, 'two')).toBe(`${text}two`);
    expect(await holdsBlob(database)).toBe(false);
    expect(await moveBlobs(database)).toBe(0);
  });

  test('closes a tab of the build before', async () => {
    const name = await makeOld(['one']);
    const older = await openDB(name, BLOB_VERSION);
    let hasToClose = false;
    older.addEventListener('versionchange', () => {
      hasToClose = true;
      older.close();
    });
    await openNow(name);
    expect(hasToClose).toBe(true);
  });
});

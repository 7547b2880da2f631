import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Touched } from './damaged-database-page';
import { serveSources, startProfile } from './persistent-browser';

test('a database that the browser finds damaged and throws away is told of, once', async () => {
  const { url, server } = await serveSources();
  onTestFinished(() => server.close());
  const { profile, open, kill } = await startProfile();
  /** In a browser that is killed afterwards. */
  const touch = async (bytes: number): Promise<Touched> => {
    const page = await open(`${url}blank`);
    const touched = await page.evaluate<Touched>(
      `import('${url}test/storage/damaged-database-page.ts').then(({ touchDatabase }) => touchDatabase(${bytes}))`,
    );
    await kill();
    return touched;
  };
  expect(await touch(1)).toEqual({ said: [], bytes: undefined });
  expect(await touch(2)).toEqual({ said: [], bytes: 1 });

  const databases = join(profile, 'Default/IndexedDB');
  const folder = (await readdir(databases)).find((name) => name.endsWith('.leveldb'))!;
  const log = (await readdir(join(databases, folder))).find((name) => name.endsWith('.log'))!;
  const path = join(databases, folder, log);
  await writeFile(path, (await readFile(path)).fill(0x55, 100, 200));

  const { said, bytes } = await touch(3);
  expect(said).toEqual([
    'The browser found what this page had stored damaged, as after a power cut, and has begun anew without it: corpora, runs and models are gone.',
  ]);
  expect(bytes).toBeUndefined();
  expect(await touch(4)).toEqual({ said: [], bytes: 3 });
});

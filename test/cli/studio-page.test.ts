import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumPath } from '../../scripts/find-chromium.mjs';
import { MissingFileError, StudioError, StudioPage } from '../../src/cli/studio-page';

/** Members of the studio that a `StudioPage` needs; the tests end to end open the real one. */
const page = `<!doctype html><link rel="icon" href="data:,"><script>
  globalThis.tagwerk = {
    readModel: async (id) => new Blob(['model ' + id]),
  };
</script>`;

const told: string[] = [];
let studio: StudioPage;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tagwerk-lend-'));
  for (const path of ['corpus/train', 'corpus/.git']) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'a.conll'), `Ada ${path}`);
  }
  writeFileSync(join(folder, 'corpus/.hidden.conll'), 'Bo');
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end(page);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const surroundings = {
    executablePath: chromiumPath(),
    serve: () =>
      Promise.resolve({
        url: `http://localhost:${port}`,
        close: async () => {
          server.closeAllConnections();
          server.close();
          await once(server, 'close');
        },
      }),
  };
  studio = await StudioPage.open(surroundings, { backend: 'wasm', threads: 3 }, (line) =>
    told.push(line),
  );
});

afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true });
});

test('the page is asked for the backend and the threads', async () => {
  const search = await studio.call(() => Promise.resolve(location.search), undefined);
  expect(Object.fromEntries(new URLSearchParams(search))).toEqual({
    backend: 'wasm',
    threads: '3',
  });
});

test('a call crosses as JSON does, and what the page tells is heard', async () => {
  const answer = await studio.call(
    async ({ words }) => {
      await tell(`${words.length} words`);
      return { longest: words.toSorted((a, b) => b.length - a.length)[0] };
    },
    { words: ['Ada', 'in', 'Größenwahn'] },
  );
  expect(answer).toEqual({ longest: 'Größenwahn' });
  expect(told).toEqual(['3 words']);
});

test("a failure in the page is the page's own sentence", async () => {
  const failing = studio.call(() => {
    throw new TypeError('a.conll:3: expected 2 columns, found 1');
  }, undefined);
  await expect(failing).rejects.toThrow(StudioError);
  await expect(failing).rejects.toThrow(/^a\.conll:3: expected 2 columns, found 1$/u);
});

test('a folder is lent with the paths in it, without those below a hidden folder', async () => {
  const lend = async (...paths: string[]) => {
    const id = await studio.lend(paths.map((path) => join(folder, path)));
    return studio.call(async (id) => {
      const field = document.getElementById(id) as HTMLInputElement;
      const paths = JSON.parse(field.dataset['paths']!) as string[];
      const texts = await Promise.all([...field.files!].map((file) => file.text()));
      return Object.fromEntries(paths.map((path, i) => [path, texts[i]]));
    }, id);
  };
  expect(await lend('corpus/')).toEqual({
    'corpus/.hidden.conll': 'Bo',
    'corpus/train/a.conll': 'Ada corpus/train',
  });
  expect(await lend('corpus/train/a.conll')).toEqual({ 'a.conll': 'Ada corpus/train' });
});

test('a path that is not there is told of by name', async () => {
  await expect(studio.lend([join(folder, 'nothing')])).rejects.toThrow(MissingFileError);
  await expect(studio.lend([join(folder, 'nothing')])).rejects.toThrow(
    /nothing: there is no such/u,
  );
});

test('a stored model is saved byte for byte', async () => {
  const path = join(folder, 'model.onnx');
  await studio.saveModel('m1', path);
  expect(readFileSync(path, 'utf8')).toBe('model m1');
});

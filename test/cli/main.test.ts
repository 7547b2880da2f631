import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { BUNDLED_ENCODERS } from '../../src/recipe/bundled-encoders';
import type { EncoderReport } from '../../src/protocol/automation';
import { HELP } from '../../src/cli/help';
import { main } from '../../src/cli/main';

afterEach(() => void vi.restoreAllMocks());

/** Runs a command with what is written to each stream kept; `served` tells how many servers are up. */
async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
  let served = 0;
  let opened = 0;
  const code = await main(args, {
    executablePath: '/nowhere/chromium',
    serve: async () => {
      const server = createServer((_, response) => response.end()).listen(0, 'localhost');
      await once(server, 'listening');
      [served, opened] = [served + 1, opened + 1];
      return {
        url: `http://localhost:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((resolve) => {
            served--;
            server.close(() => resolve());
          }),
      };
    },
  });
  vi.restoreAllMocks();
  return { code, ...written, served, opened };
}

test('help goes to standard output and opens nothing', async () => {
  expect(await run('--help')).toEqual({ code: 0, stdout: HELP, stderr: '', served: 0, opened: 0 });
});

test('encoders that come with the page are listed without a browser, with what a first visit fetches', async () => {
  const { code, stdout, opened } = await run('encoders');
  expect([code, opened]).toEqual([0, 0]);
  const { encoders } = JSON.parse(stdout) as { encoders: EncoderReport[] };
  expect(encoders.map(({ name }) => name)).toEqual(BUNDLED_ENCODERS.map(({ name }) => name));
  expect(encoders[0]).toEqual({
    ...{ name: 'multilingual-e5-small-8', from: 'page', languages: 'about 100 languages' },
    ...{ layers: 8, hidden: 384, isCased: true, licence: 'MIT' },
    ...{ bytes: 37_044_848, allBytes: 66_233_384 },
  });
  expect((await run('encoders', 'some/folder')).code).toBe(5); // a folder needs the page to read it
});

test('a command line that cannot be read ends with 2 and one sentence, and opens nothing', async () => {
  const { code, stdout, stderr, opened } = await run('train', '--train', 'a', '--epochs', 'many');
  expect([code, stdout, opened]).toEqual([2, '', 0]);
  expect(stderr).toBe('--epochs expects a whole number from 1 up, got "many"\n');
});

test('without a browser it ends with 5 and the way out, and leaves neither a server nor a profile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tagwerk-cli-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const { code, stdout, stderr, served, opened } = await run('read', 'a.conll');
  expect([code, stdout, served, opened]).toEqual([5, '', 0, 1]);
  expect(stderr).toMatch(/^No browser could be started \(.+\); install Chrome/u);
  expect(readdirSync(folder).filter((name) => !name.startsWith('playwright'))).toEqual([]);
});

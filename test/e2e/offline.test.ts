import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveBuild } from '../../scripts/serve-build.mjs';
import { DEFAULT_ENCODER } from '../../src/recipe/bundled-encoders';
import { go } from './small-run';
import { visitStudio } from './studio-visit';

test('without its server the page says so, offers what helps, and goes on once the server is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tagwerk-offline-'));
  let server = await serveBuild(0);
  const visited = await visitStudio(server.url, folder);
  const { page } = visited;
  onTestFinished(async () => {
    await visited.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await page.getByText('WebAssembly').first().waitFor();
  const sample = page.getByRole('button', { name: 'Train on the English sample' });
  await sample.waitFor();
  await server.close();

  await sample.click();
  const note = page.getByRole('alert').filter({ hasText: 'could not be fetched' });
  await note.waitFor();
  expect((await note.innerText()).split('\n').filter(Boolean)).toEqual([
    'The English sample could not be fetched: the server of this page does not answer.',
    'Nothing was changed. Check the connection, or start the server of this page again, and try again.',
    'Dismiss',
  ]);

  await go(page, 'Train');
  await page.getByRole('button', { name: 'Download it now' }).click();
  await note.waitFor();
  expect(await note.innerText()).toMatch(
    new RegExp(
      `^The encoder ${DEFAULT_ENCODER.name} could not be fetched: the server of this page does not answer\\.\\s+Nothing was stored\\. Check the connection`,
      'u',
    ),
  );

  server = await serveBuild(Number(new URL(server.url).port));
  await page.getByRole('button', { name: 'Download it now' }).click();
  await page.getByText('stored here').first().waitFor();
  expect(await note.count()).toBe(0);
});

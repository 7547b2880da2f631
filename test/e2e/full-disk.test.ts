/**
 * A disk without room for a run's weights, played by a quota that is set over the browser's protocol: as on a real full disk, Chromium goes
 * on claiming a gigabyte, and refuses to write.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { smallVocabulary } from './small-corpus';
import { dropCorpus, go, makeRunFolder, setRecipe, setUpRun } from './small-run';
import { expectAccessible, openChromium, visitStudio } from './studio-visit';
import { serveWatchedBuild } from './watched-server';

const EPOCHS = 2;
/** Bytes that are left for records and packs; a checkpoint of so many layers and the best epoch take more than twice as much. */
const LEFT = 3_000_000;
const LAYERS = 16;

let server: { url: string; close: () => Promise<void> };
let folder: string;

beforeAll(async () => {
  server = await serveWatchedBuild();
  folder = makeRunFolder('full', LAYERS, smallVocabulary());
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a run without room asks first, keeps its weights in the tab, makes a file of them, and stores them once there is room', async () => {
  const profile = join(folder, 'profile');
  const first = await visitStudio(server.url, profile);
  await dropCorpus(first.page, folder);
  await setUpRun(first.page, folder, EPOCHS, LAYERS);
  await first.page
    .getByText(/before the first step, room for one checkpoint and the best epoch/u)
    .waitFor();
  const { usage } = await first.page.evaluate(() => navigator.storage.estimate());
  await first.close();

  // Chrome asks for its limit only now and then, so it is set before the page is opened.
  const complaints: string[] = [];
  const { page, close } = await openChromium(server.url, profile, complaints);
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(server.url);
  const setQuota = (quotaSize?: number) =>
    cdp.send('Storage.overrideQuotaForOrigin', {
      origin,
      ...(quotaSize === undefined ? {} : { quotaSize }),
    });
  await setQuota(usage! + LEFT);
  await page.goto(`${server.url}/?backend=wasm`);
  await go(page, 'Train');
  await setRecipe(page, EPOCHS);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const note = page.getByRole('alert').filter({ hasText: 'The run has not begun' });
  await note.waitFor();
  expect(await note.innerText()).toMatch(
    /need \d+ MB of storage, and only 0 MB could be written, although the browser says that [\d,]+ MB are free/u,
  );
  expect(await page.getByRole('button', { name: 'Run 1', exact: true }).count()).toBe(0);

  await note.getByRole('button', { name: 'Train anyway' }).click();
  const unsaved = page.getByRole('alert').filter({ hasText: 'is trained but not stored' });
  await unsaved.waitFor();
  expect(await page.getByText('finished').count()).toBe(0);
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    unsaved.getByRole('button', { name: 'Download the file' }).click(),
  ]);
  const bytes = readFileSync(await download.path());
  const { metadata } = await readOnnxFile(new File([bytes], download.suggestedFilename()));
  const f1 = metadata.card.dev!.entity.f1.toFixed(3);
  expect(await unsaved.innerText()).toContain(`entity F1 ${f1} on dev`);

  await unsaved.getByRole('button', { name: 'Store it now' }).click();
  await page.getByText('Its weights are still held in this tab').waitFor();
  await setQuota();
  await unsaved.getByRole('button', { name: 'Store it now' }).click();
  await page.getByText('The best epoch is exported and compared with the trained model').waitFor();
  expect(await page.getByText('finished').count()).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});

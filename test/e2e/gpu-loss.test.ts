import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropCorpus, makeRunFolder, setUpRun } from './small-run';
import { visitStudio, type Visit } from './studio-visit';
import { serveWatchedBuild } from './watched-server';

let server: { url: string; close: () => Promise<void> };
let folder: string;
/** One visit for both tests: the kernels that the first run compiles are those of the second. */
let visit: Visit;

beforeAll(async () => {
  server = await serveWatchedBuild();
  folder = makeRunFolder('gpu-loss');
  visit = await visitStudio(server.url, join(folder, 'profile'), '?backend=webgpu-software');
});

afterAll(async () => {
  await visit.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a run trains on WebGPU where it is asked for by name', async () => {
  const { page, complaints } = visit;
  await page.getByText('WebGPU').first().waitFor();
  await dropCorpus(page, folder);
  await setUpRun(page, folder, 1);
  await page.getByText('It should fit').waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'New run' }).waitFor();
  await page
    .getByRole('region', { name: 'Entity F1 (conlleval) on dev, by type' })
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test("a run goes on to its end after the browser's GPU process has died, and says so", async () => {
  const { page } = visit;
  await page.getByRole('button', { name: 'New run' }).click();
  await page.getByRole('slider', { name: /^Epochs/u }).fill('4');
  await page.getByText('It should fit').waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page
    .getByRole('region', { name: 'Entity F1 (conlleval) on dev, by type' })
    .first()
    .waitFor();

  const browser = await page.context().browser()!.newBrowserCDPSession();
  await browser.send('Browser.crashGpuProcess');
  await page.getByText('The GPU was lost; the run goes on from its last checkpoint.').waitFor();
  await page.getByRole('button', { name: 'New run' }).waitFor();
  await page.getByText(/^best epoch [1-4] of 4$/u).waitFor();

  // The picture of its losses is lost with the GPU, too, and nothing of a finished run draws it again by itself.
  const restored = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const [canvas] = document.getElementsByTagName('canvas');
        canvas!.addEventListener('contextrestored', () => resolve());
      }),
  );
  await browser.send('Browser.crashGpuProcess');
  await restored;
  const countDrawn = () =>
    page.evaluate(() => {
      const [canvas] = document.getElementsByTagName('canvas');
      const { width, height } = canvas!;
      const { data } = canvas!.getContext('2d')!.getImageData(0, 0, width, height);
      return data.filter((value, index) => index % 4 === 3 && value > 0).length;
    });
  await expect.poll(countDrawn).toBeGreaterThan(1000);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { smallCorpus } from './small-corpus';
import { dropCorpus, setUpRun } from './small-run';
import { visitStudio } from './studio-visit';
import { serveWatchedBuild } from './watched-server';
import { writeTinyEncoder } from './tiny-encoder';

test("a run goes on to its end after the browser's GPU process has died, and says so", async () => {
  const server = await serveWatchedBuild();
  onTestFinished(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), 'tagwerk-gpu-loss-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(smallCorpus)) writeFileSync(join(folder, name), text);
  writeTinyEncoder(join(folder, 'encoder'));
  const visit = await visitStudio(server.url, join(folder, 'profile'), '?backend=webgpu-software');
  onTestFinished(() => visit.close());
  const { page } = visit;
  await dropCorpus(page, folder);
  await setUpRun(page, folder, 4);
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

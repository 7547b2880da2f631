import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/process.mjs';
import { SAMPLES } from '../../src/studio/corpus/sample';
import { DEFAULT_ENCODER } from '../../src/recipe/bundled-encoders';
import { presetsForBundled } from '../../src/recipe/presets';
import { standIn, standInLayers } from './bundled-stand-in';
import { vocabularyOf } from './small-corpus';
import { chooseEncoder, dropCorpus, go, makeRunFolder, startPausedRun } from './small-run';
import { chooseFiles, expectAccessible, openWindow, visitStudio } from './studio-visit';
import { serveWatchedBuild } from './watched-server';
import { makeTinyEncoder } from './tiny-encoder-files';

const quick = presetsForBundled(DEFAULT_ENCODER).quick;
const english = SAMPLES[0]!;
let server: { url: string; close: () => Promise<void> };
let folder: string;

/** The words of the sample's train file, so that a sentence of it fits the quick recipe's window. */
function sampleWords(): string[] {
  const rows = readFileSync(join(root, 'public/sample', english.files.train), 'utf8').split('\n');
  return rows.map((row) => row.split('\t')[0]!).filter((word) => word !== '');
}

beforeAll(async () => {
  const instead = standIn(makeTinyEncoder(standInLayers, vocabularyOf(sampleWords())));
  server = await serveWatchedBuild({ instead });
  folder = makeRunFolder('visit');
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const pinnedOf = (page: Page) => page.getByRole('region', { name: 'Pinned sentences' });

/** Notes in the page whether the first visit's invitation is drawn again once it was gone. */
async function watchInvitation(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => {
    const noted = globalThis as unknown as { isBack: boolean };
    noted.isBack = false;
    let wasGone = false;
    new MutationObserver(() => {
      const isDrawn = document.querySelector('.invitation') !== null;
      wasGone ||= !isDrawn;
      noted.isBack ||= wasGone && isDrawn;
    }).observe(document.body, { childList: true, subtree: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { isBack: boolean }).isBack);
}

test('no import lets the first visit flash up again', async () => {
  const visited = await visitStudio(server.url, join(folder, 'imports'));
  const { page, complaints } = visited;
  await page.getByRole('button', { name: 'Train on the English sample' }).waitFor();
  const isBack = await watchInvitation(page);
  await dropCorpus(page, folder);
  await chooseFiles(page, folder, ['letters.dev.conll']);
  await expect.poll(() => page.getByRole('button', { name: /^Delete letters/u }).count()).toBe(2);
  expect(await isBack()).toBe(false);
  expect(complaints).toEqual([]);
  await visited.close();
});

test('one click on the sample trains the bundled encoder, whatever is chosen, and its pinned sentences get a time line with a mark an epoch', async () => {
  const visited = await visitStudio(server.url, join(folder, 'sample'));
  const { page, complaints } = visited;
  await chooseEncoder(page, join(folder, 'encoder'));
  await page.getByRole('slider', { name: /^Epochs/u }).fill('7');
  await go(page, 'Corpus');
  await page.getByRole('button', { name: 'Train on the English sample' }).click();

  await page.getByRole('button', { name: 'Stop and keep best' }).waitFor();
  expect(new URL(page.url()).hash).toBe('#train');
  const pinned = pinnedOf(page);
  for (const text of english.pinned) {
    await pinned.getByRole('button', { name: `Unpin “${text}”` }).waitFor();
  }
  await pinned.getByText('predictions after epoch 1').waitFor();
  const timeLine = pinned.getByRole('slider');
  await timeLine.waitFor(); // there are two epochs to choose from
  expect(await page.getByRole('button', { name: 'Stop and keep best' }).isVisible()).toBe(true);

  await page.getByText('finished').first().waitFor();
  await page.getByText(DEFAULT_ENCODER.name).first().waitFor();
  expect(await pinned.locator('datalist option').count()).toBe(quick.epochs);
  await expectAccessible(page);
  for (let epoch = 1; epoch <= quick.epochs; epoch++) {
    await timeLine.fill(String(epoch - 1));
    await pinned.getByText(`predictions after epoch ${epoch}`).waitFor();
    expect(await timeLine.getAttribute('aria-valuetext')).toBe(`after epoch ${epoch}`);
    expect(await pinned.getByRole('listitem').count()).toBe(english.pinned.length);
  }
  // The person's own choice is as it was.
  await page.getByRole('button', { name: 'New run' }).click();
  expect(await page.getByRole('radio', { name: 'BERT of 2 layers, 64 wide' }).isChecked()).toBe(
    true,
  );
  expect(await page.getByRole('slider', { name: /^Epochs/u }).inputValue()).toBe('7');
  expect(complaints).toEqual([]);
  await visited.close();
});

test('of two tabs on one profile the second says which run trains in the other, and notices its end', async () => {
  const visited = await visitStudio(server.url, join(folder, 'tabs'));
  const { page, complaints } = visited;
  await dropCorpus(page, folder);
  await startPausedRun(page, folder);

  const second = await openWindow(page);
  const note = second
    .getByRole('status')
    .filter({ hasText: /Run 1 is training in another\s+tab/u });
  await note.waitFor();
  expect(await note.innerText()).toMatch(
    /^Run 1 is training.*this page will notice when it has ended/su,
  );
  await expectAccessible(second);
  // Neither another run nor this one can be begun here.
  expect(await second.getByRole('button', { name: 'Continue this run' }).count()).toBe(0);
  await second.getByRole('button', { name: 'New run' }).click();
  expect(await second.getByRole('button', { name: 'Train', exact: true }).isDisabled()).toBe(true);
  await go(second, 'Corpus');
  await go(second, 'Train');

  await page.getByRole('button', { name: 'Stop and keep best' }).click();
  await note.waitFor({ state: 'detached' });
  await second.getByRole('button', { name: 'Run 1', exact: true }).click();
  await second.getByText('stopped').first().waitFor();
  expect(await second.getByRole('button', { name: 'Continue this run' }).count()).toBe(0);
  await second.getByRole('button', { name: 'New run' }).click();
  await expect
    .poll(() => second.getByRole('button', { name: 'Train', exact: true }).isEnabled())
    .toBe(true);
  expect(complaints).toEqual([]);
  await visited.close();
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { smallCorpus } from './small-corpus';
import { chooseFiles } from './studio-visit';
import { encoderFiles, writeTinyEncoder } from './tiny-encoder';
import type { makeTinyEncoder } from './tiny-encoder-files';

/** Makes a folder with the small corpus' files, and a tiny encoder in `encoder`; `made` are the arguments of `makeTinyEncoder`. */
export function makeRunFolder(name: string, ...made: Parameters<typeof makeTinyEncoder>): string {
  const folder = mkdtempSync(join(tmpdir(), `tagwerk-${name}-`));
  for (const [path, text] of Object.entries(smallCorpus)) writeFileSync(join(folder, path), text);
  writeTinyEncoder(join(folder, 'encoder'), ...made);
  return folder;
}

/** Follows the page's own links. */
export function go(page: Page, place: string): Promise<void> {
  return page
    .getByRole('navigation')
    .getByRole('link', { name: new RegExp(`^${place}`, 'u') })
    .click();
}

/** Chooses the small corpus' files, which lie in `folder`. */
export async function dropCorpus(page: Page, folder: string): Promise<void> {
  await go(page, 'Corpus');
  await chooseFiles(page, folder, Object.keys(smallCorpus));
  await page.getByText('IOB2').first().waitFor();
}

/** Chooses a folder with a tiny encoder of so many layers. */
export async function chooseEncoder(page: Page, folder: string, layers = 2): Promise<void> {
  await go(page, 'Train');
  await page.getByRole('heading', { name: 'A new run' }).waitFor(); // the place before has a field for files, too
  await chooseFiles(page, folder, encoderFiles);
  await page.getByText(`${layers} layers, hidden size 64`).first().waitFor({ state: 'attached' });
}

/** The tiny encoder in `folder`'s `encoder`, and a recipe that suits it. */
export async function setUpRun(
  page: Page,
  folder: string,
  epochs: number,
  layers = 2,
): Promise<void> {
  await chooseEncoder(page, join(folder, 'encoder'), layers);
  await setRecipe(page, epochs);
}

/** Begins a run of many steps, and pauses it: it stays where it is, however fast this computer is. */
export async function startPausedRun(page: Page, folder: string): Promise<void> {
  await setUpRun(page, folder, 10);
  await page.getByLabel(/^Batch size/u).fill('1'); // many steps
  await page.getByLabel(/^Batch size/u).blur();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused.').waitFor();
}

/** Sets a recipe that suits the tiny encoder. */
export async function setRecipe(page: Page, epochs: number): Promise<void> {
  await page.getByRole('slider', { name: /^Epochs/u }).fill(String(epochs));
  await page.locator('summary', { hasText: 'All settings' }).click();
  await page.getByRole('spinbutton', { name: /^Learning rate/u }).fill('0.003');
  await page.getByLabel(/^Batch size/u).fill('8');
  await page.getByLabel(/^Max length/u).fill('32');
  await page.getByLabel(/^Max length/u).blur();
}

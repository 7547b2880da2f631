import { join } from 'node:path';
import type { Page } from 'playwright';
import { smallCorpus } from './small-corpus';
import { chooseFiles } from './studio-visit';
import { encoderFiles } from './tiny-encoder';

/** Follows the page's own links. */
export function go(page: Page, place: string): Promise<void> {
  return page
    .getByRole('navigation')
    .getByRole('link', { name: new RegExp(`^${place}`, 'u') })
    .click();
}

/** `folder` holds the small corpus' files. */
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
export async function setUpRun(page: Page, folder: string, epochs: number): Promise<void> {
  await chooseEncoder(page, join(folder, 'encoder'));
  await setRecipe(page, epochs);
}

/** Sets a recipe that suits the tiny encoder. */
export async function setRecipe(page: Page, epochs: number): Promise<void> {
  await page.getByRole('slider', { name: /^Epochs/u }).fill(String(epochs));
  await page.getByText('All settings').click();
  await page.getByRole('spinbutton', { name: /^Learning rate/u }).fill('0.003');
  await page.getByLabel(/^Batch size/u).fill('8');
  await page.getByLabel(/^Max length/u).fill('32');
  await page.getByLabel(/^Max length/u).blur();
}

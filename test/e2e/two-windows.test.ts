import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseEncoder, dropCorpus, go, makeRunFolder, startPausedRun } from './small-run';
import { expectAccessible, openWindow, visitStudio } from './studio-visit';
import { serveWatchedBuild } from './watched-server';

let server: { url: string; close: () => Promise<void> };
let folder: string;

beforeAll(async () => {
  server = await serveWatchedBuild();
  folder = makeRunFolder('windows');
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The tiny encoder's name: its files are chosen without their folder. */
const encoder = 'BERT of 2 layers, 64 wide';
const panelOf = (page: Page) => page.getByRole('complementary');

/** Opens the question before a deletion, and answers it. */
async function deleteNamed(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByText(new RegExp(`^Delete ${name} \\(`, 'u')).waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
}

test('what one window reads, names and deletes the other shows; nothing that a run trains with is deleted; the same files heal its run', async () => {
  const visited = await visitStudio(server.url, join(folder, 'windows'));
  const { page, complaints } = visited;
  await page.getByText('stored here').first().waitFor();
  const second = await openWindow(page);
  await second.getByText('Ockham Park').first().waitFor(); // the invitation

  await dropCorpus(page, folder);
  await panelOf(second).getByRole('button', { name: 'letters', exact: true }).waitFor();
  await panelOf(page).getByRole('button', { name: 'Rename letters' }).click();
  await page.getByLabel('New name of letters').fill('post');
  await page.getByRole('button', { name: 'Save' }).click();
  await panelOf(second).getByRole('button', { name: 'post', exact: true }).waitFor();

  // The same files again are the corpus that is here.
  await dropCorpus(page, folder);
  await page.getByText('These files are here already, as “post”').waitFor();
  expect(
    await panelOf(page)
      .getByRole('button', { name: /^Delete/u })
      .count(),
  ).toBe(1);

  await startPausedRun(page, folder);

  // The second window was open before the run began.
  await second.getByRole('button', { name: 'Delete post' }).click();
  await second
    .getByText('Run 1 is training on this corpus in another window of this browser.')
    .waitFor();
  await expectAccessible(second);
  await second.getByRole('button', { name: 'Close' }).click();
  await go(second, 'Train');
  await second.getByText(/^Run 1 is training in another\s+tab/u).waitFor();
  await second.getByRole('radio', { name: encoder }).check();
  await second.getByRole('button', { name: `Delete ${encoder}` }).click();
  await second.getByText('Run 1 is fine-tuning this encoder in another window').waitFor();
  await go(page, 'Corpus');
  await page.getByRole('button', { name: 'Delete post' }).click();
  await page.getByText('Run 1 is training on this corpus in this window.').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();

  await go(page, 'Train');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page
    .getByText(/epoch [2-9] of 10/u)
    .first()
    .waitFor();
  await page.reload(); // the run is interrupted
  await page.getByRole('button', { name: 'Continue this run' }).waitFor();

  // Both are deleted in the other window, which names the run; the first one says what the run needs.
  await go(second, 'Corpus');
  await second.getByRole('button', { name: 'Delete post' }).click();
  await second.getByText('1 run was trained on it: Run 1.').waitFor();
  await expectAccessible(second);
  await second.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('Its corpus “post” was deleted.').waitFor();
  await go(second, 'Train');
  await deleteNamed(second, encoder);
  await page.getByText(`Its corpus “post” and encoder “${encoder}” were deleted.`).waitFor();
  expect(await page.getByRole('button', { name: 'Continue this run' }).isDisabled()).toBe(true);
  await expectAccessible(page);

  // The same files, dropped in the other window, make the run whole here.
  await dropCorpus(second, folder);
  await chooseEncoder(second, join(folder, 'encoder'));
  await expect
    .poll(() => page.getByRole('button', { name: 'Continue this run' }).isEnabled())
    .toBe(true);
  await page.getByRole('button', { name: 'Continue this run' }).click();
  await page.getByRole('button', { name: 'Stop and keep best' }).click();
  await page.getByRole('button', { name: 'New run' }).waitFor();
  expect(complaints).toEqual([]);
  await visited.close();
});

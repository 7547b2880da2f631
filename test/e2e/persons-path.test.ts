import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dropCorpus, go, makeRunFolder, setUpRun } from './small-run';
import {
  chooseFiles,
  expectAccessible,
  readEntities,
  visitStudio,
  type Visit,
} from './studio-visit';
import { serveWatchedBuild } from './watched-server';

const sentence = 'Clara wrote to Trinity College from Vienna; 🚂 Tomas Vale left York for London.';

let server: { url: string; close: () => Promise<void> };
let folder: string;
const visits: Visit[] = [];

async function visit(profile: string): Promise<Visit> {
  const started = await visitStudio(server.url, join(folder, profile));
  visits.push(started);
  return started;
}

beforeAll(async () => {
  server = await serveWatchedBuild();
  folder = makeRunFolder('e2e');
});

afterAll(async () => {
  for (const started of visits) await started.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The errors that the page finds in dev are those that the trainer has counted: a pair is one missed and one spurious entity. */
async function expectErrorsToAddUp(page: Page): Promise<void> {
  const sums = async (region: string) => {
    const cells = page.getByRole('region', { name: region }).locator('tfoot td');
    await cells.first().waitFor();
    return (await cells.allTextContents()).map(Number);
  };
  const [, , , gold, falseNegatives, falsePositives] = await sums(
    'Entity F1 (conlleval) on dev, by type',
  );
  const [all, right, missed, type, boundary, both, spurious] = await sums(
    'Errors on dev, by type and kind',
  );
  const pairs = type! + boundary! + both!;
  expect([all, all! - right!, missed! + pairs, spurious! + pairs]).toEqual([
    ...[gold, falseNegatives, falseNegatives, falsePositives],
  ]);
}

describe("a person's path", () => {
  test('drop, train, type, download; the file in a clean profile gives the same entities', async () => {
    const first = await visit('first');
    const { page } = first;
    await dropCorpus(page, folder);
    await expectAccessible(page);

    await setUpRun(page, folder, 10);
    await page.getByText('It fits into memory.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('button', { name: 'Stop and keep best' }).waitFor();
    await page
      .getByRole('region', { name: 'Entity F1 (conlleval) on dev, by type' })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'New run' }).waitFor();
    await expectErrorsToAddUp(page);
    await expectAccessible(page);

    await go(page, 'Share');
    await page.getByRole('button', { name: 'Download .onnx' }).waitFor();
    await expectAccessible(page);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download .onnx' }).click();
    await (await downloading).saveAs(join(folder, 'shared.onnx'));

    await go(page, 'Try');
    await page.getByRole('textbox').fill(sentence);
    const trained = await readEntities(page);
    await expectAccessible(page);
    expect(trained.map((line) => line.replace(/ [\d.]+$/u, ''))).toEqual(
      expect.arrayContaining([
        'PER Clara',
        'ORG Trinity College',
        'LOC Vienna',
        'PER Tomas Vale',
        'LOC York',
      ]),
    );

    const second = await visit('second');
    await go(second.page, 'Try');
    await chooseFiles(second.page, folder, ['shared.onnx'], '.onnx');
    await second.page.getByRole('textbox').fill(sentence);
    expect(await readEntities(second.page)).toEqual(trained);

    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });

  test('a run that a reload interrupts goes on from its last epoch', async () => {
    const { page, complaints } = await visit('interrupted');
    await dropCorpus(page, folder);
    await setUpRun(page, folder, 10);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page
      .getByText(/epoch [3-9] of 10/u)
      .first()
      .waitFor();
    await page.reload();
    await go(page, 'Train');
    await page.getByRole('button', { name: 'Continue this run' }).click();
    await page
      .getByText(/epoch [4-9] of 10|epoch 10 of 10/u)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'New run' }).waitFor();
    await page.getByText('finished').first().waitFor();
    expect(complaints).toEqual([]);
  });
});

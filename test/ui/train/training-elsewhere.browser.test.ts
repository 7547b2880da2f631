import { expect, onTestFinished, test } from 'vitest';
import { page } from 'vitest/browser';
import { saveEncoder } from '../../../src/storage/encoders';
import { saveModel } from '../../../src/storage/models';
import { addRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { whileTheOnlyTrainer } from '../../../src/storage/runs/trainer-lock';
import { importText, madeEncoder, madeModel, madeRun, openPage } from '../made-studio';

const words = 'Ada\tB-PER\nwrote\tO\n.\tO\n';

/** Another tab trains `runId`: it holds the locks that a trainer holds. Resolves to what ends it. */
async function trainElsewhere(database: Database, runId: string): Promise<() => void> {
  let end: () => void = () => undefined;
  onTestFinished(() => end());
  await new Promise<void>((begun) => {
    void whileTheOnlyTrainer(database, runId, () => {
      begun();
      return new Promise<void>((resolve) => (end = resolve));
    });
  });
  return end;
}

test('a run that trains in another tab can be looked at, not deleted; no run is measured or begun beside it', async () => {
  let runId = '';
  const { studio, target, database } = await openPage(async (database, data) => {
    const corpus = await importText(data, 'a', { 'a-train.conll': words, 'a-dev.conll': words });
    const encoder = madeEncoder('minilm-l6');
    await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
    const made = madeRun('Run 1', corpus.id, encoder.id, corpus.labels);
    const begun = { losses: new Float32Array(), epochs: [], bestEpoch: -1, elapsedMs: 0 };
    const run = { ...made, ...begun, piecesPerSecond: 0, peakMemoryBytes: 0 };
    await addRun(database, { ...run, state: 'running' });
    runId = run.id;
  });
  studio.places.go('train');
  await expect.element(page.getByRole('button', { name: 'Delete Run 1' })).toBeVisible();

  const end = await trainElsewhere(database, runId);
  await studio.training.lookElsewhere();
  await expect.element(page.getByText(/^Run 1 is training in another\s+tab/u)).toBeVisible();
  for (const name of ['Delete Run 1', 'Rename Run 1', 'Continue this run']) {
    expect(page.getByRole('button', { name }).elements()).toEqual([]);
  }
  // Nothing is known of it yet, and nothing is what the page says.
  expect(target.querySelector('main')?.textContent).not.toMatch(/\b0 (s|bytes)\b/u);

  await page.getByRole('button', { name: 'New run' }).click();
  await expect.element(page.getByText('once the other tab is done')).toBeVisible();
  await new Promise((resolve) => setTimeout(resolve, 700)); // a measurement begins after half a second
  expect(studio.training.estimate).toBeUndefined();
  const train = page.getByRole('button', { name: 'Train', exact: true });
  await expect.element(train).toBeDisabled();

  end();
  await expect.element(page.getByText(/3 epochs take about/u)).toBeVisible();
  await expect.element(train).toBeEnabled();
});

test('a page that is seen again knows what another tab has begun and made meanwhile', async () => {
  const { studio, database } = await openPage();
  onTestFinished(studio.followVisibility(document));
  const model = madeModel('letters · Run 1');
  await saveModel(database, model, [new Uint8Array(model.bytes)]);
  await trainElsewhere(database, 'run-7');
  expect([studio.training.elsewhereId, studio.trying.list.length]).toEqual([undefined, 0]);

  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => studio.training.elsewhereId).toBe('run-7');
  await expect.poll(() => studio.trying.list.map(({ name }) => name)).toEqual([model.name]);
  await expect.poll(() => studio.sharing.list.map(({ name }) => name)).toEqual([model.name]);
  await expect.poll(() => studio.status.usage?.models).toBe(model.bytes);
});

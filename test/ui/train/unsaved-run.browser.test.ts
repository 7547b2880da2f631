import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { saveEncoder } from '../../../src/storage/encoders';
import type { RunRecord } from '../../../src/storage/records';
import { saveCheckpoint } from '../../../src/storage/runs/checkpoints';
import { addRun } from '../../../src/storage/runs/runs';
import { seededBytes } from '../../storage/samples';
import { importText, madeEncoder, madeRun, openPage } from '../made-studio';

const words = 'Ada\tB-PER\nwrote\tO\n.\tO\n';

/** The page with one run of three epochs, of which the last is the best; `slots` are its stored checkpoints, one megabyte each. */
async function openWithRun(changes: Partial<RunRecord>, slots: readonly ('latest' | 'best')[]) {
  const made = await openPage(async (database, data) => {
    const corpus = await importText(data, 'a', { 'a-train.conll': words, 'a-dev.conll': words });
    const encoder = madeEncoder('minilm-l6');
    await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
    const run = madeRun('Run 1', corpus.id, encoder.id, corpus.labels);
    await addRun(database, { ...run, ...changes });
    for (const slot of slots) {
      const key = { runId: run.id, slot };
      const fields = { key, epoch: 1, step: 300, devEntityF1: 0.4, bytes: 1_000_000 };
      await saveCheckpoint(database, fields, [seededBytes(1_000_000, 1)]);
    }
  });
  made.studio.places.go('train');
  return made;
}

const unstored = { epoch: 2, bytes: 90_288_764 };

test('a run whose weights were lost with their tab says so, and that it begins anew', async () => {
  await openWithRun({ state: 'unsaved', bestEpoch: -1, unstored }, []);
  const note = page.getByRole('alert').filter({ hasText: 'was not stored' });
  await expect
    .element(note)
    .toHaveTextContent(/^Epoch 2, the best of this run \(entity F1 0\.447 on dev\)/u);
  await expect.element(note).toHaveTextContent(/trains it anew from its first step/u);
  await expect.element(page.getByRole('button', { name: 'Continue this run' })).toBeEnabled();
  await expect.element(page.getByText('not stored, can be continued')).toBeVisible();
  expect(page.getByRole('button', { name: 'Download the file' }).elements()).toEqual([]);
});

test('with an older epoch and a checkpoint in store, it says what they are', async () => {
  await openWithRun({ state: 'unsaved', bestEpoch: 1, unstored }, ['best', 'latest']);
  const note = page.getByRole('alert').filter({ hasText: 'was not stored' });
  await expect.element(note).toHaveTextContent(/Epoch 1 is stored and can be exported\./u);
  await expect.element(note).toHaveTextContent(/can continue after step 300/u);
});

test('a run that this tab holds names no epoch as stored that was given up for it', async () => {
  const { studio } = await openWithRun({ state: 'unsaved', bestEpoch: -1, unstored }, []);
  await expect.poll(() => studio.training.shown?.unstored).toEqual(unstored);
  studio.training.unsaved.hear({ ...studio.training.shown!, bestEpoch: 1 });
  const note = page.getByRole('alert').filter({ hasText: 'is trained but not stored' });
  await expect.element(note).toHaveTextContent(/Store it now/u);
  await expect.element(note).not.toHaveTextContent(/Epoch 1/u);
});

test('a run that was interrupted says which step its checkpoint is of, not which it had come to', async () => {
  await openWithRun({ state: 'running', bestEpoch: 1 }, ['latest']);
  await expect.element(page.getByText('interrupted, kept up to step 300')).toBeVisible();
});

test('a failed run with a checkpoint can go on from it, and one without cannot', async () => {
  await openWithRun({ state: 'failed', failure: 'The GPU was lost.' }, ['latest']);
  await expect.element(page.getByRole('button', { name: 'Continue after step 300' })).toBeEnabled();
  const { target } = await openWithRun({ state: 'failed', failure: 'The GPU was lost.' }, []);
  await expect.poll(() => target.textContent).toMatch(/The GPU was lost/u);
  expect(target.textContent).not.toMatch(/Continue after step/u);
});

test('a failed run with a checkpoint goes on once its corpus is back', async () => {
  const gone = { corpusId: 'gone', corpusHash: 'x', corpusName: 'letters' };
  await openWithRun({ state: 'failed', failure: 'The GPU was lost.', ...gone }, ['latest']);
  await expect
    .element(page.getByText(/“letters” was deleted\..*, and the run can go on\.$/u))
    .toBeVisible();
  await expect
    .element(page.getByRole('button', { name: 'Continue after step 300' }))
    .toBeDisabled();
});

test('the question before a deletion says what the run weighs', async () => {
  await openWithRun({}, ['best']);
  await page.getByRole('button', { name: 'Delete Run 1' }).click();
  await expect
    .element(page.getByText(/^Delete Run 1 \(1\.0\sMB\) with its checkpoints/u))
    .toBeVisible();
});

test('what an earlier build left, and was given back, is told once in a sentence', async () => {
  const { studio } = await openPage();
  studio.status.tellGivenBack(0);
  expect(studio.status.givenBack).toBeUndefined();
  studio.status.tellGivenBack(266_000_000);
  await expect.element(page.getByText(/^266\sMB of storage are free again/u)).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  expect(studio.status.givenBack).toBeUndefined();
});

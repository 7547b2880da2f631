import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { RunEstimate } from '../../../src/protocol/train-calls';
import { saveEncoder } from '../../../src/storage/encoders';
import { madeEstimate } from '../../studio/made-estimate';
import { importText, madeEncoder, openPage } from '../made-studio';

const words = 'Ada\tB-PER\nwrote\tO\n.\tO\n';

/** The page where a run is set up that will cost so much. */
async function setUpRun(estimate: RunEstimate): Promise<void> {
  const { studio } = await openPage(
    async (database, data) => {
      await importText(data, 'letters', { 'a-train.conll': words, 'a-dev.conll': words });
      const encoder = madeEncoder('minilm-l6');
      await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
    },
    {},
    0,
    estimate,
  );
  studio.places.go('train');
}

test('before a run stand its time, that of an epoch, its memory, and that it fits', async () => {
  await setUpRun(madeEstimate);
  const said =
    /3 epochs take about 14 minutes here \(5 minutes each\), 1\.1\sGB of memory and at most 400\sMB of storage\. It fits into memory\. The browser says that 9\.0\sGB of storage are free; before the first step, room for one checkpoint and the best epoch \(120\sMB\) is written to make sure\./u;
  await expect.element(page.getByText(said)).toBeVisible();
});

test('a model too large for the GPU is told before the run, with two ways out; it may still be tried', async () => {
  const tooLarge: RunEstimate = {
    ...madeEstimate,
    ...{ memoryBytes: 5.9e9, modelBytes: 5.4e9, memoryBudget: { bytes: 4e9, from: 'assumed' } },
  };
  delete tooLarge.time;
  await setUpRun(tooLarge);
  const said =
    /3 epochs would take 5\.9\sGB of memory .* does not fit: .* 4\.0\sGB are assumed\. .* alone take 5\.4\sGB: choose a smaller encoder\. .*\?memory=6/u;
  await expect.element(page.getByText(said)).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
});

import { test } from 'vitest';
import OurWorker from './epoch-cpu-ours.worker?worker';
import type { StepsTaken } from './epoch-trainer';
import { askWorker, settle } from './worker-call';

const files = import.meta.glob<string>('../../shared/data/wnut17/wnut17train.conll', {
  query: '?raw',
  import: 'default',
});
/** Steps between two reports. */
const TURN = 10;
const THREADS = 2;

/** An epoch of WNUT-17 with the bundled encoder, batches of 16, on the CPU engine. */
test('an epoch of a real corpus', async () => {
  const [load] = Object.values(files);
  if (!load) throw new Error('Expected WNUT-17 in ../shared/data/wnut17 beside the project.');
  const columns = (await load()).replaceAll('\r', '');
  const worker = new OurWorker();
  await askWorker(worker, { columns, threads: THREADS });
  await settle();
  let [steps, ms, pieces, lastLoss] = [Infinity, 0, 0, 0];
  for (let first = 0; first < steps; first += TURN) {
    const taken = await askWorker<StepsTaken>(worker, { first, count: TURN });
    ms += taken.ms;
    pieces += taken.pieces;
    ({ steps, lastLoss } = taken);
    if (first % (3 * TURN) === 0) {
      const done = Math.min(steps, first + TURN);
      console.log(`  … ${done} of ${steps} steps: ${(ms / 1000).toFixed(1)} s`);
    }
  }
  const rate = ((1000 * pieces) / ms).toFixed(0);
  console.log(
    `  ${THREADS} threads: ${(ms / 1000).toFixed(1)} s, ${rate} pieces/s, last loss ${lastLoss.toFixed(4)}`,
  );
  worker.terminate();
});

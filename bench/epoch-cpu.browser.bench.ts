import { test } from 'vitest';
import OurWorker from './epoch-cpu-ours.worker?worker';
import WholePathWorker from './epoch-cpu-whole-path.worker?worker';
import type { StepsTaken } from './epoch-trainer';
import { askWorker, settle } from './worker-call';

const files = import.meta.glob<string>('../../shared/data/wnut17/wnut17train.conll', {
  query: '?raw',
  import: 'default',
});
/** Steps of a turn. */
const TURN = 10;
const THREADS = 2;

/** An epoch of WNUT-17 with the bundled encoder, batches of 16: the CPU engine and the one before take turns of some steps. */
test('an epoch of a real corpus', async () => {
  const [load] = Object.values(files);
  if (!load) throw new Error('Expected WNUT-17 in ../shared/data/wnut17 beside the project.');
  const columns = (await load()).replaceAll('\r', '');
  const engines = [
    { name: 'ours', worker: new OurWorker(), ms: 0, pieces: 0, lastLoss: 0 },
    { name: 'whole path', worker: new WholePathWorker(), ms: 0, pieces: 0, lastLoss: 0 },
  ];
  for (const { worker } of engines) await askWorker(worker, { columns, threads: THREADS });
  let steps = Infinity;
  for (let first = 0; first < steps; first += TURN) {
    for (const engine of engines) {
      await settle();
      const taken = await askWorker<StepsTaken>(engine.worker, { first, count: TURN });
      engine.ms += taken.ms;
      engine.pieces += taken.pieces;
      engine.lastLoss = taken.lastLoss;
      ({ steps } = taken);
    }
    if (first % (3 * TURN) === 0) {
      const soFar = engines.map(({ name, ms }) => `${name} ${(ms / 1000).toFixed(1)} s`).join(', ');
      console.log(`  … ${Math.min(steps, first + TURN)} of ${steps} steps: ${soFar}`);
    }
  }
  const [ours, before] = engines as [(typeof engines)[0], (typeof engines)[0]];
  for (const { name, ms, pieces, lastLoss, worker } of engines) {
    const rate = ((1000 * pieces) / ms).toFixed(0);
    console.log(
      `  ${name}, ${THREADS} threads: ${(ms / 1000).toFixed(1)} s, ${rate} pieces/s, last loss ${lastLoss.toFixed(4)}`,
    );
    worker.terminate();
  }
  console.log(`  ratio: ${(before.ms / ours.ms).toFixed(2)} × the whole path's engine`);
});

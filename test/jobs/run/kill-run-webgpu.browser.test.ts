import * as Comlink from 'comlink';
import { expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '../../../src/protocol/train-calls';
import { smallCorpus } from '../../e2e/small-corpus';
import { makeTinyEncoder } from '../../e2e/tiny-encoder-files';
import type { KillRunCalls, RunOutcome } from './kill-run.worker';
import KillRunWorker from './kill-run.worker?worker';

/** After every part of a step: most deaths fall into one. */
const ALWAYS_MS = 0;
/** Only at the end of an epoch. */
const NEVER_MS = 1e9;

function openWorker() {
  const worker = new KillRunWorker();
  onTestFinished(() => worker.terminate());
  return { worker, calls: Comlink.wrap<KillRunCalls>(worker) };
}

/** Trains on the software GPU to the end, or until the worker has stored so many checkpoints and is killed. */
async function train(
  { worker, calls }: ReturnType<typeof openWorker>,
  what: { corpusId: string; encoderId: string },
  runId?: string,
  deadlyCheckpoint = Infinity,
) {
  const everyMs = deadlyCheckpoint === Infinity ? NEVER_MS : ALWAYS_MS;
  let checkpoints = 0;
  const outcome = new Promise<RunOutcome | 'killed'>((resolve, reject) => {
    const listen = Comlink.proxy((event: RunEvent) => {
      if (event.kind === 'checkpoint' && ++checkpoints === deadlyCheckpoint) resolve('killed');
    });
    const choice = { backend: 'webgpu-software', epochs: 2, batchSize: 8 } as const;
    calls.train(what, everyMs, listen, runId, choice).then(resolve, reject);
  });
  const ended = await outcome;
  if (ended === 'killed') worker.terminate();
  return ended;
}

test(
  'a run on a GPU whose worker dies in the middle of an epoch goes on from its checkpoint to the same losses and weights, bit for bit',
  { timeout: 240_000 },
  async () => {
    const urls = Object.entries(makeTinyEncoder()).map(([name, content]) => [
      name,
      URL.createObjectURL(new Blob([content].flat())),
    ]);
    const { calls } = openWorker();
    const encoder = Object.fromEntries(urls) as Record<string, string>;
    const what = await calls.prepare(smallCorpus, encoder);

    // It lives until its first death: each new worker's device compiles every kernel again.
    let trainer = openWorker();
    const undisturbed = await train(trainer, what);
    if (undisturbed === 'killed') throw new Error('Nobody killed it.');
    expect(undisturbed.losses.every(Number.isFinite)).toBe(true);

    let runId: string | undefined;
    for (const deadlyCheckpoint of [5, 4]) {
      expect(await train(trainer, what, runId, deadlyCheckpoint)).toBe('killed');
      trainer = openWorker();
      const remains = (await calls.inspect())!;
      runId = remains.runId;
      expect(remains.cursor + remains.parts).toBeGreaterThan(0);
    }
    expect(await train(trainer, what, runId)).toEqual(undisturbed);
  },
);

import { selectBackend, type BackendChoice } from '../../../src/engine/start-engine';
import { findCheckpointState } from '../../../src/jobs/run/load-checkpoint';
import type { TrainContext } from '../../../src/jobs/run/run-context';
import { resumeRun, startRun } from '../../../src/jobs/run/train-run';
import { DataService } from '../../../src/jobs/services/data-service';
import { serve } from '../../../src/protocol/serve';
import type { RunEvent, RunRequest } from '../../../src/protocol/train-calls';
import { checkpointOwner, findCheckpoint } from '../../../src/storage/runs/checkpoints';
import { listCorpora } from '../../../src/storage/corpora/corpora';
import { openDatabase } from '../../../src/storage/database';
import { listEncoders } from '../../../src/storage/encoders';
import type { RunRecord } from '../../../src/storage/records';
import { findRun, listRuns } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { gatherShards } from '../../../src/storage/shards/shards';
import { readFrom } from '../../../src/storage/transaction';
import { sweepLeftovers } from '../../../src/storage/sweep';
import { readCheckpoint, writeCheckpoint } from '../../../src/train/checkpoint/checkpoint-file';
import type { CheckpointState } from '../../../src/train/checkpoint/checkpoint-state';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { RunControl } from '../../../src/train/run-control';

/** How a run ended: equal for two runs that took the same steps. */
export interface RunOutcome {
  state: RunRecord['state'];
  losses: number[];
  epochs: RunRecord['epochs'];
  /** Hash of the last checkpoint: weights, moments, powers and position; absent where the disk had no room for the best epoch. */
  sha256?: string;
}

/** State that a death left behind. */
export interface Remains {
  runId: string;
  step: number;
  /** Steps taken of the epoch in hand, and micro-batches of the step in hand. */
  cursor: number;
  parts: number;
  /** Pieces of a checkpoint that was being written. */
  leftovers: number;
}

/** Options of a run that a test may choose. */
export interface RunChoice {
  backend: BackendChoice;
  epochs: number;
  batchSize: number;
}

const noReport = () => undefined;

/**
 * Asks for a checkpoint after the run's last step, and reads it as soon as it is told: the end of the run deletes it, in a
 * later transaction, which waits for the reading.
 */
function followLastCheckpoint(database: Database, control: RunControl, before?: RunRecord) {
  let steps = before?.steps;
  const last: { state?: Promise<CheckpointState>; hear(event: RunEvent): void } = {
    hear(event) {
      if (event.kind === 'step') {
        steps = event.steps;
        if (event.step === steps) control.wantCheckpoint();
      }
      const isKept = event.kind === 'checkpoint' || event.kind === 'resumed';
      if (isKept && event.step === steps) last.state = readLatest(database);
    },
  };
  return last;
}

/** Reads the newest `latest` checkpoint in storage. Only the run in training has one: a run that has ended keeps none. */
async function readLatest(database: Database): Promise<CheckpointState> {
  const data = await readFrom(database, ['checkpoints', 'shards'], async (transaction) => {
    const headers = await transaction.objectStore('checkpoints').getAll();
    const header = headers.findLast(({ key }) => key.slot === 'latest')!;
    return gatherShards(transaction.objectStore('shards'), checkpointOwner(header.key), header);
  });
  return readCheckpoint(new Blob([data]));
}

/** The jobs of a run, for a page that kills their worker or its whole browser. */
const calls = {
  /** Stores a corpus and an encoder. */
  async prepare(text: Record<string, string>, encoder: Record<string, string>) {
    const data = new DataService(openDatabase());
    const files = Object.entries(text).map(([name, words]) => ({ file: new File([words], name) }));
    const corpus = await data.importCorpus({ name: 'kills', files }, noReport);
    const folder = await Promise.all(
      Object.entries(encoder).map(async ([path, url]) => {
        const blob = await (await fetch(url)).blob();
        return { path, file: new File([blob], path) };
      }),
    );
    const { id } = await data.importEncoder(folder, 'tiny', noReport);
    await data.packCorpus(corpus.id, id, 64, noReport);
    return { corpusId: corpus.id, encoderId: id };
  },

  /** Trains a run to its end, a checkpoint every `everyMs`; goes on with `runId` where it is given. */
  async train(
    what: Pick<RunRequest, 'corpusId' | 'encoderId'>,
    everyMs: number,
    onEvent: (event: RunEvent) => void,
    runId?: string,
    { backend, epochs, batchSize }: RunChoice = { backend: 'wasm', epochs: 3, batchSize: 5 },
  ): Promise<RunOutcome> {
    const database = await openDatabase();
    const report = await selectBackend(backend, { threads: 1 });
    const control = new RunControl();
    const before = runId === undefined ? undefined : await findRun(database, runId);
    const last = followLastCheckpoint(database, control, before);
    const context: TrainContext = {
      database,
      device: { backend: report, measureMemory: () => 0 },
      control,
      onEvent(event) {
        last.hear(event);
        onEvent(event);
      },
      checkpointEveryMs: everyMs,
      microBatchPieces: 24, // many parts a step
    };
    const recipe = {
      ...DEFAULT_RECIPE,
      ...{ epochs, batchSize, learningRate: 1e-3, maxPieces: 64, seed: 3 },
    };
    const run = before
      ? await resumeRun(context, before)
      : await startRun(context, { ...what, name: 'killed', recipe });
    const { state } = run;
    if (state === 'unsaved') return { state, losses: [...run.losses], epochs: run.epochs };
    if (state !== 'finished') throw new Error(`The run ended as ${state}: ${run.failure}`);
    const bytes = await new Blob(writeCheckpoint((await last.state)!)).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return { state, losses: [...run.losses], epochs: run.epochs, sha256 };
  },

  /** Reads what is stored of the run that was interrupted, after a sweep; its checkpoint is verified. */
  async inspect(): Promise<Remains | undefined> {
    let lost = 'the browser tells of no damage';
    const database = await openDatabase('tagwerk', { onLost: (reason) => (lost = reason) });
    const runs = await listRuns(database);
    const [corpora, encoders] = [await listCorpora(database), await listEncoders(database)];
    // Seen once, after a kill of the whole browser: was it this, or all of the database?
    if (corpora.length === 0)
      throw new Error(
        `No corpus is left, ${encoders.length} encoders, ${runs.length} runs: ${lost}`,
      );
    const run = runs.find(({ state }) => state === 'running');
    if (!run) return undefined;
    const leftovers = (await sweepLeftovers(database)) ?? 0;
    const state = await findCheckpointState(database, run.id, 'latest');
    const header = await findCheckpoint(database, run.id, 'latest');
    if (header && header.step !== state!.position.step) {
      throw new Error(`${checkpointOwner(header.key)}: the newest checkpoint is damaged`);
    }
    const { step = 0, cursor = 0 } = state?.position ?? {};
    if (run.stepsTaken < step) throw new Error('The record lags behind its checkpoint.');
    return { runId: run.id, step, cursor, parts: state?.accumulated?.parts ?? 0, leftovers };
  },
};

export type KillRunCalls = typeof calls;

serve(calls);

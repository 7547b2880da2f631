import type { RunRequest } from '../../protocol/train-calls';
import { createId } from '../../storage/ids';
import type { RunId, RunRecord } from '../../storage/records';
import { releaseRoom } from '../../storage/runs/room';
import { whileTheOnlyTrainer } from '../../storage/runs/trainer-lock';
import { TrainingRun } from '../../train/train-loop';
import type { TrainEvent } from '../../train/train-event';
import { nameBackend } from '../device/training-device';
import { CHECKPOINT_EVERY_MS, CheckpointKeeper } from './checkpoint-keeper';
import { endTraining, noteInRun, type Outcome } from './end-training';
import { readStoredTokenizer } from '../../storage/encoder-files';
import { pinnedTagger, type PinnedTagger } from './pinned-sentences';
import { beginRun, continueRun, type PreparedRun } from './prepare-run';
import { findMendable, recoverGpu } from './recover-gpu';
import type { TrainContext } from './run-context';
import { RunLog } from './run-log';
import type { UnstoredBest } from './store-best';

/** Number of new devices that one run is given: a GPU that fails more often will fail again. */
const MAX_RESTARTS = 3;

/**
 * Trains a new run to its end, its stop, or its failure; the record it resolves to tells which.
 *
 * @throws where the run cannot begin, as where another tab trains: no record is left then.
 * @example
 * const run = await startRun(context, { name: 'Run 1', corpusId, encoderId, recipe: DEFAULT_RECIPE });
 * // run.state → 'finished'; run.bestEpoch → 3; its weights are the run's `best` checkpoint
 */
export function startRun(context: TrainContext, request: RunRequest): Promise<RunRecord> {
  const id = createId();
  return whileTheOnlyTrainer(
    context.database,
    id,
    () =>
      releasingRoom(context, id, async () =>
        trainToTheEnd(context, await beginRun(context, request, id)),
      ),
    [request.corpusId, request.encoderId],
  );
}

/**
 * Continues a run from its last checkpoint; one that was interrupted before its first begins anew, with the same steps.
 *
 * @throws where the run, its corpus, its encoder or its checkpoint is gone, the corpus has changed since, or another tab trains.
 */
export function resumeRun(context: TrainContext, run: RunRecord): Promise<RunRecord> {
  return whileTheOnlyTrainer(
    context.database,
    run.id,
    () =>
      releasingRoom(context, run.id, async () => {
        const prepared = await continueRun(context, run);
        context.unsaved?.delete(run.id); // it trains to the same weights again
        return trainToTheEnd(context, prepared);
      }),
    [run.corpusId, run.encoderId],
  );
}

/** Gives a run's room back when it is over, however it ends. */
async function releasingRoom<Result>(
  { database }: TrainContext,
  id: RunId,
  train: () => Promise<Result>,
): Promise<Result> {
  try {
    return await train();
  } finally {
    await releaseRoom(database, id).catch(() => undefined); // the next sweep removes it
  }
}

/** Trains; where the GPU fails, opens it anew and continues from the last checkpoint, a few times. */
async function trainToTheEnd(
  context: TrainContext,
  prepared: PreparedRun,
  restarts = 0,
  unstored?: UnstoredBest,
): Promise<RunRecord> {
  const { database, device } = context;
  const outcome = await train(context, prepared, unstored);
  const fault = findMendable(outcome.failure);
  if (!fault || !device.restart || restarts === MAX_RESTARTS)
    return endTraining(context, prepared.run, outcome);
  const run = await noteInRun(database, prepared.run, outcome.log.changes());
  let again: PreparedRun;
  let recovered: TrainContext;
  try {
    recovered = await recoverGpu(context, device.restart, prepared, fault);
    again = await continueRun(recovered, run);
  } catch (error) {
    return endTraining(context, run, { ...outcome, state: 'failed', failure: asError(error) });
  }
  return trainToTheEnd(recovered, again, restarts + 1, outcome.unstored);
}

/** Trains to the end, a stop or a failure, and keeps checkpoints on the way. */
async function train(
  context: TrainContext,
  prepared: PreparedRun,
  unstored: UnstoredBest | undefined,
): Promise<Outcome> {
  const { database, device, control, onEvent } = context;
  const { run, options } = prepared;
  const training = new TrainingRun(options);
  const log = new RunLog(run, () => control.pausedMs, device.measureMemory, unstored?.best);
  const { checkpointEveryMs: everyMs = CHECKPOINT_EVERY_MS } = context;
  const keeping = { database, runId: run.id, training, log, control, onEvent, everyMs };
  const keeper = new CheckpointKeeper({ ...keeping, unstored });
  const tagSentences = followPinned(context, prepared, log);
  control.atRest = () => keeper.keepWhereDue();
  let state: RunRecord['state'] = 'failed';
  let failure: Error | undefined;
  try {
    // A resumed run may continue on another backend than the one it began on.
    const backend = nameBackend(device.backend, run.precision);
    await noteInRun(database, run, { state: 'running', backend, ...log.changes() });
    for await (const event of training.events()) {
      note(event, log, onEvent);
      if (event.kind === 'evaluation') {
        await tagSentences(event.epoch);
        await keeper.keepEpoch();
      }
      if (event.kind === 'done') state = event.reason === 'stopped' ? 'stopped' : 'finished';
    }
  } catch (error) {
    failure = asError(error);
  } finally {
    control.atRest = undefined;
    training.dispose();
    options.model.dispose();
  }
  return { state, failure, log, unstored: keeper.unstored };
}

/** Notes an event in the log and passes it on, followed by the peak of memory where it has risen. */
function note(event: TrainEvent, log: RunLog, onEvent: TrainContext['onEvent']): void {
  const before = log.peakMemoryBytes;
  log.take(event);
  onEvent(event);
  if (log.peakMemoryBytes > before) onEvent({ kind: 'memory', bytes: log.peakMemoryBytes });
}

/** Returns a call that tags the pinned sentences after an epoch; the tokenizer is read once there are some. */
function followPinned(
  { database, pinned, onEvent }: TrainContext,
  { run, encoder, options }: PreparedRun,
  log: RunLog,
): (epoch: number) => Promise<void> {
  let tag: PinnedTagger | undefined;
  return async (epoch) => {
    const texts = pinned?.() ?? [];
    if (texts.length === 0) return;
    tag ??= pinnedTagger(options.model, await readStoredTokenizer(database, encoder), run);
    const sentences = await tag(texts);
    log.takePinned(epoch, sentences);
    onEvent({ kind: 'pinned', epoch, sentences });
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

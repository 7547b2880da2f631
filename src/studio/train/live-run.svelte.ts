import type { ScoreReport } from '../../ner/scores';
import type { RunEvent, RunRequest } from '../../protocol/train-calls';
import type { RunRecord } from '../../storage/records';
import { formatCount } from '../parts/quantities';

export interface CurvePoint {
  step: number;
  /** Entity F1 (conlleval) on dev, 0–1. */
  f1: number;
}

/** The curve of a run as the chart draws it: the loss of every step, and the dev score of every epoch. */
export interface RunCurve {
  losses: ArrayLike<number>;
  points: readonly CurvePoint[];
  /** Steps the whole run takes. */
  steps: number;
}

/** A run that is training: its request, and its state, folded from the events that the worker sends. */
export class LiveRun {
  readonly request: RunRequest;
  /** Entity types in the corpus' order. */
  readonly labels: readonly string[];
  stage = $state('Preparing');
  step = $state(0);
  steps = $state(0);
  epoch = $state(0);
  loss = $state<number | undefined>();
  learningRate = $state(0);
  piecesPerSecond = $state(0);
  memoryBytes = $state(0);
  /** Moment of the last checkpoint on a clock that nobody sets: `performance.now`. */
  checkpointAt = $state<number | undefined>();
  checkpointBytes = $state(0);
  /** Bytes of room that is held for a checkpoint; 0 once a checkpoint has taken its place. */
  roomBytes = $state(0);
  /** Reason that the run trains without room for a checkpoint. */
  roomTrouble = $state('');
  /** Sentences about a checkpoint that could not be stored, until one is; training goes on. */
  checkpointTrouble = $state('');
  /** Reason that the best weights so far are not stored but held in memory. */
  bestTrouble = $state('');
  /** Message about a GPU that failed; the run went on. */
  gpuTrouble = $state('');
  evaluated = $state<{ done: number; sentences: number } | undefined>();
  report = $state.raw<ScoreReport | undefined>();
  reportEpoch = $state(0);
  bestF1 = $state(-1);
  bestEpoch = $state(-1);
  points = $state.raw<CurvePoint[]>([]);
  /** The pinned sentences after each evaluation so far. */
  pinned = $state.raw<NonNullable<RunRecord['pinned']>>([]);
  paused = $state(false);
  secondsLeft = $state<number | undefined>();
  /** Loss of every step so far; read `lossCount` to follow it. */
  readonly losses: number[] = [];
  lossCount = $state(0);
  #secondsPerStep = 0;
  #lastStepAt: number | undefined;
  readonly #now: () => number;

  constructor(
    request: RunRequest,
    labels: readonly string[],
    now: () => number = () => performance.now(),
  ) {
    this.request = request;
    this.labels = labels;
    this.#now = now;
  }

  get name(): string {
    return this.request.name;
  }

  /** Milliseconds since the last checkpoint; undefined where there is none. */
  get checkpointAgeMs(): number | undefined {
    return this.checkpointAt === undefined ? undefined : this.#now() - this.checkpointAt;
  }

  get epochs(): number {
    return this.request.recipe.epochs;
  }

  /** Begins with the losses and scores of an interrupted run that is resumed. */
  continueFrom({ losses, epochs, pinned, bestEpoch }: RunRecord): void {
    for (const loss of losses) this.losses.push(loss); // as arguments, a long run's would overflow the stack
    this.lossCount = this.losses.length;
    this.points = epochs.map(({ step, report }) => ({ step, f1: report.entity.f1 }));
    this.pinned = pinned ?? [];
    this.bestEpoch = bestEpoch;
    this.bestF1 = epochs.find(({ epoch }) => epoch === bestEpoch)?.report.entity.f1 ?? -1;
  }

  pause(paused: boolean): void {
    this.paused = paused;
    this.#lastStepAt = undefined; // the pause is no part of a step's time
  }

  apply(event: RunEvent): void {
    switch (event.kind) {
      case 'stage':
        this.stage = event.stage;
        break;
      case 'resumed':
        this.#goOnAfter(event);
        break;
      case 'step':
        this.#applyStep(event);
        break;
      case 'evaluating':
        this.stage = 'Evaluating on dev';
        this.evaluated = { done: event.done, sentences: event.sentences };
        this.#lastStepAt = undefined;
        break;
      case 'evaluation':
        this.report = event.report;
        this.reportEpoch = event.epoch;
        this.evaluated = undefined;
        this.points = [...this.points, { step: event.step, f1: event.report.entity.f1 }];
        // A run that begins anew may have a better epoch in store.
        if (event.isBest && event.report.entity.f1 >= this.bestF1) {
          this.bestF1 = event.report.entity.f1;
          this.bestEpoch = event.epoch;
        }
        break;
      case 'pinned':
        this.pinned = [...this.pinned, { epoch: event.epoch, sentences: event.sentences }];
        break;
      case 'epoch-end':
        this.secondsLeft = event.secondsLeft;
        break;
      case 'checkpoint':
        this.checkpointAt = this.#now();
        this.checkpointTrouble = '';
        this.checkpointBytes = event.bytes;
        this.roomBytes = 0;
        break;
      case 'checkpoint-failed':
        this.checkpointTrouble = describeLost(event, this.bestEpoch > 0 && !this.bestTrouble);
        if (event.resumesAt === 0) this.checkpointAt = undefined;
        this.roomBytes = 0;
        break;
      case 'room':
        this.roomBytes = event.bytes;
        break;
      case 'no-room':
        this.roomTrouble = event.reason;
        break;
      case 'best-held':
        this.bestTrouble = event.reason;
        break;
      case 'best-stored':
        this.bestTrouble = '';
        break;
      case 'memory':
        this.memoryBytes = event.bytes;
        break;
      case 'gpu-fault':
        this.gpuTrouble = event.message;
        break;
      case 'done':
        this.stage = 'Done';
        break;
    }
  }

  /** Drops the losses and scores that came after the checkpoint the run resumes from. */
  #goOnAfter({ step, epochsDone }: Extract<RunEvent, { kind: 'resumed' }>): void {
    this.losses.length = Math.min(this.losses.length, step);
    this.lossCount = this.losses.length;
    this.points = this.points.filter((point) => point.step <= step);
    this.pinned = this.pinned.filter(({ epoch }) => epoch <= epochsDone);
  }

  #applyStep(event: Extract<RunEvent, { kind: 'step' }>): void {
    this.stage = 'Training';
    this.step = event.step;
    this.steps = event.steps;
    this.epoch = event.epoch;
    this.loss = event.loss;
    this.learningRate = event.learningRate;
    this.piecesPerSecond = event.piecesPerSecond;
    this.losses.push(event.loss);
    this.lossCount = this.losses.length;
    const now = this.#now();
    if (this.#lastStepAt !== undefined) {
      // Batches differ in length, so one step says little: an exponential mean over about twenty.
      const seconds = (now - this.#lastStepAt) / 1000;
      this.#secondsPerStep =
        this.#secondsPerStep === 0 ? seconds : 0.95 * this.#secondsPerStep + 0.05 * seconds;
      this.secondsLeft = this.#secondsPerStep * (event.steps - event.step);
    }
    this.#lastStepAt = now;
  }
}

/** Tells why a checkpoint was not stored, and what closing the tab would cost. */
function describeLost(
  { step, reason, resumesAt }: Extract<RunEvent, { kind: 'checkpoint-failed' }>,
  hasStoredBest: boolean,
): string {
  const anew = hasStoredBest
    ? 'the run begins anew, and its best epoch stays'
    : 'the run begins anew';
  const onClosing = resumesAt > 0 ? `the run goes on after step ${formatCount(resumesAt)}` : anew;
  return `Step ${formatCount(step)} could not be stored: ${reason} If this tab is closed now, ${onClosing}.`;
}

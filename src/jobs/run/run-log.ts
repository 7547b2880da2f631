import type { EpochRecord, PinnedSentence, RunRecord } from '../../storage/records';
import type { DevPredictions, TrainEvent } from '../../train/train-event';

/** The best epoch and what it predicted on dev. */
interface Best {
  epoch: number;
  predictions: DevPredictions | undefined;
}

/** Gathers what a run's record will say while it trains. */
export class RunLog {
  readonly #losses: number[];
  #epochs: EpochRecord[];
  readonly #pinned: NonNullable<RunRecord['pinned']>;
  readonly #elapsedBeforeMs: number;
  readonly #startedAt = performance.now();
  readonly #pausedMs: () => number;
  readonly #measureMemory: () => number;
  #best: Best;
  /** Best epoch so far, while its weights are not stored. */
  #newBest: Best | undefined;
  #steps: number;
  #piecesPerSecond: number;
  #peakMemoryBytes: number;

  constructor(run: RunRecord, pausedMs: () => number, measureMemory: () => number) {
    this.#losses = [...run.losses];
    this.#epochs = [...run.epochs];
    this.#pinned = [...(run.pinned ?? [])];
    this.#elapsedBeforeMs = run.elapsedMs;
    this.#best = { epoch: run.bestEpoch, predictions: run.bestPredictions };
    this.#steps = run.steps;
    this.#piecesPerSecond = run.piecesPerSecond;
    this.#peakMemoryBytes = run.peakMemoryBytes;
    this.#pausedMs = pausedMs;
    this.#measureMemory = measureMemory;
  }

  get peakMemoryBytes(): number {
    return this.#peakMemoryBytes;
  }

  /** Notes an event. */
  take(event: TrainEvent): void {
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, this.#measureMemory());
    if (event.kind === 'step') {
      this.#losses.push(event.loss);
      this.#steps = event.steps;
      this.#piecesPerSecond = event.piecesPerSecond;
    } else if (event.kind === 'evaluation') {
      const { epoch, step, loss, report, isBest } = event;
      // A run that died between two checkpoints evaluates an epoch again that its record has already.
      this.#epochs = this.#epochs.filter((known) => known.epoch !== epoch);
      this.#epochs.push({ epoch, step, loss, report });
      if (isBest) this.#newBest = { epoch, predictions: event.predictions };
    }
  }

  /** Notes the pinned sentences as tagged after an epoch. */
  takePinned(epoch: number, sentences: PinnedSentence[]): void {
    this.#pinned.push({ epoch, sentences });
  }

  /** Returns the changes to the record that go with storing the weights of the best epoch so far. */
  changesWithBest(): Partial<RunRecord> {
    return this.#changesWith(this.#newBest ?? this.#best);
  }

  /** Notes that the weights of the best epoch so far are stored. */
  keepBest(): void {
    this.#best = this.#newBest ?? this.#best;
    this.#newBest = undefined;
  }

  /** Returns the changes to the record since the run began or was resumed. */
  changes(): Partial<RunRecord> {
    return this.#changesWith(this.#best);
  }

  #changesWith(best: Best): Partial<RunRecord> {
    return {
      steps: this.#steps,
      losses: Float32Array.from(this.#losses),
      epochs: [...this.#epochs],
      ...(this.#pinned.length > 0 ? { pinned: [...this.#pinned] } : {}),
      bestEpoch: best.epoch,
      ...(best.predictions ? { bestPredictions: best.predictions } : {}),
      elapsedMs: this.#elapsedBeforeMs + performance.now() - this.#startedAt - this.#pausedMs(),
      piecesPerSecond: this.#piecesPerSecond,
      peakMemoryBytes: this.#peakMemoryBytes,
    };
  }
}

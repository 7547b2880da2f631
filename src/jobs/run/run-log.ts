import type { EpochRecord, PinnedSentence, RunRecord } from '../../storage/records';
import type { DevPredictions, TrainEvent } from '../../train/train-event';

interface Best {
  epoch: number;
  predictions: DevPredictions | undefined;
}

/** What a run's record will say, gathered while the run goes on. */
export class RunLog {
  readonly #losses: number[];
  #epochs: EpochRecord[];
  readonly #pinned: NonNullable<RunRecord['pinned']>;
  readonly #elapsedBeforeMs: number;
  readonly #startedAt = performance.now();
  readonly #pausedMs: () => number;
  readonly #measureMemory: () => number;
  #best: Best;
  /** The best so far, while its weights are not stored. */
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

  take(event: TrainEvent): void {
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, this.#measureMemory());
    if (event.kind === 'step') {
      this.#losses.push(event.loss);
      this.#steps = event.steps;
      this.#piecesPerSecond = event.piecesPerSecond;
    } else if (event.kind === 'evaluation') {
      const { epoch, step, loss, report, isBest } = event;
      // A run that died between two checkpoints knows the epoch already that it evaluates again.
      this.#epochs = this.#epochs.filter((known) => known.epoch !== epoch);
      this.#epochs.push({ epoch, step, loss, report });
      if (isBest) this.#newBest = { epoch, predictions: event.predictions };
    }
  }

  takePinned(epoch: number, sentences: PinnedSentence[]): void {
    this.#pinned.push({ epoch, sentences });
  }

  /** What the record says once the weights of the best epoch so far are stored. */
  changesWithBest(): Partial<RunRecord> {
    return this.#changesWith(this.#newBest ?? this.#best);
  }

  /** To be called when they are. */
  keepBest(): void {
    this.#best = this.#newBest ?? this.#best;
    this.#newBest = undefined;
  }

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

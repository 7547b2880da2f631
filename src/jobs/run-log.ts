import type { EpochRecord, PinnedSentence, RunRecord } from '../storage/records';
import type { DevPredictions, TrainEvent } from '../train/train-event';

/** What a run's record will say, gathered while the run goes on. */
export class RunLog {
  readonly #losses: number[];
  readonly #epochs: EpochRecord[];
  readonly #pinned: NonNullable<RunRecord['pinned']>;
  readonly #elapsedBeforeMs: number;
  readonly #startedAt = performance.now();
  readonly #pausedMs: () => number;
  readonly #measureMemory: () => number;
  #bestEpoch: number;
  #bestPredictions: DevPredictions | undefined;
  #steps: number;
  #piecesPerSecond: number;
  #peakMemoryBytes: number;

  constructor(run: RunRecord, pausedMs: () => number, measureMemory: () => number) {
    this.#losses = [...run.losses];
    this.#epochs = [...run.epochs];
    this.#pinned = [...(run.pinned ?? [])];
    this.#elapsedBeforeMs = run.elapsedMs;
    this.#bestEpoch = run.bestEpoch;
    this.#bestPredictions = run.bestPredictions;
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
      this.#epochs.push({ epoch, step, loss, report });
      if (!isBest) return;
      this.#bestEpoch = epoch;
      this.#bestPredictions = event.predictions;
    }
  }

  takePinned(epoch: number, sentences: PinnedSentence[]): void {
    this.#pinned.push({ epoch, sentences });
  }

  changes(): Partial<RunRecord> {
    return {
      steps: this.#steps,
      losses: Float32Array.from(this.#losses),
      epochs: [...this.#epochs],
      ...(this.#pinned.length > 0 ? { pinned: [...this.#pinned] } : {}),
      bestEpoch: this.#bestEpoch,
      ...(this.#bestPredictions ? { bestPredictions: this.#bestPredictions } : {}),
      elapsedMs: this.#elapsedBeforeMs + performance.now() - this.#startedAt - this.#pausedMs(),
      piecesPerSecond: this.#piecesPerSecond,
      peakMemoryBytes: this.#peakMemoryBytes,
    };
  }
}

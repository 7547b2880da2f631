import type { EpochRecord, PinnedSentence, RunRecord } from '../../storage/records';
import { judgeEpoch } from '../../train/best-epoch';
import type { DevPredictions, TrainEvent } from '../../train/train-event';

/** A best epoch and what it predicted on dev. */
export interface Best {
  epoch: EpochRecord;
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
  /** Changes to the record that tell of the stored best epoch. */
  #stored: Pick<RunRecord, 'bestEpoch' | 'bestPredictions'>;
  /** Best epoch so far, while its weights are not stored. */
  #newBest: Best | undefined;
  #steps: number;
  #piecesPerSecond: number;
  #peakMemoryBytes: number;

  /** `unstored` is a best epoch from before a GPU failed, whose weights are still to be stored. */
  constructor(
    run: RunRecord,
    pausedMs: () => number,
    measureMemory: () => number,
    unstored?: Best,
  ) {
    this.#losses = [...run.losses];
    this.#epochs = [...run.epochs];
    this.#pinned = [...(run.pinned ?? [])];
    this.#elapsedBeforeMs = run.elapsedMs;
    this.#stored = {
      bestEpoch: run.bestEpoch,
      ...(run.bestPredictions ? { bestPredictions: run.bestPredictions } : {}),
    };
    if (unstored) this.#takeBest(unstored);
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
      const record = { epoch, step, loss, report };
      if (isBest && this.#isBestOfAll(record)) {
        this.#takeBest({ epoch: record, predictions: event.predictions });
      } else this.#takeEpoch(record);
    }
  }

  /** Notes the pinned sentences as tagged after an epoch. */
  takePinned(epoch: number, sentences: PinnedSentence[]): void {
    this.#pinned.push({ epoch, sentences });
  }

  /** Best epoch so far whose weights are not stored; undefined where they are. */
  get newBest(): Best | undefined {
    return this.#newBest;
  }

  /** Returns the changes to the record that go with storing the weights of the best epoch so far. */
  changesWithBest(): Partial<RunRecord> {
    return { ...this.changes(), ...this.#withNewBest() };
  }

  /** Notes that the weights of the best epoch so far are stored. */
  keepBest(): void {
    this.#stored = this.#withNewBest();
    this.#newBest = undefined;
  }

  /** Returns the changes to the record since the run began or was resumed. */
  changes(): Partial<RunRecord> {
    return {
      steps: this.#steps,
      losses: Float32Array.from(this.#losses),
      epochs: [...this.#epochs],
      ...(this.#pinned.length > 0 ? { pinned: [...this.#pinned] } : {}),
      ...this.#stored,
      elapsedMs: this.#elapsedBeforeMs + performance.now() - this.#startedAt - this.#pausedMs(),
      piecesPerSecond: this.#piecesPerSecond,
      peakMemoryBytes: this.#peakMemoryBytes,
    };
  }

  #withNewBest(): Pick<RunRecord, 'bestEpoch' | 'bestPredictions'> {
    if (!this.#newBest) return this.#stored;
    const { epoch, predictions } = this.#newBest;
    return {
      bestEpoch: epoch.epoch,
      ...(predictions ? { bestPredictions: predictions } : {}),
    };
  }

  #takeBest(best: Best): void {
    this.#newBest = best;
    this.#takeEpoch(best.epoch);
  }

  #takeEpoch(record: EpochRecord): void {
    // A run that died between two checkpoints evaluates an epoch again that its record has already.
    this.#epochs = this.#epochs.filter(({ epoch }) => epoch !== record.epoch);
    this.#epochs.push(record);
  }

  /**
   * Tells whether an epoch is no worse than those whose weights are kept. A run that goes on from a checkpoint before its stored best epoch
   * meets worse ones first, which are the best of what it has seen.
   */
  #isBestOfAll({ epoch, loss, report }: EpochRecord): boolean {
    const kept = [this.#newBest?.epoch.epoch, this.#stored.bestEpoch];
    return this.#epochs
      .filter((known) => known.epoch !== epoch && kept.includes(known.epoch))
      .every((known) => {
        const before = { bestEntityF1: known.report.entity.f1, bestDevLoss: known.loss };
        return judgeEpoch({ score: report.entity.f1, loss }, before).isBest;
      });
  }
}

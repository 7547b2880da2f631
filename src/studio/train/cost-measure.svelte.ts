import { SerialQueue } from '../../async/serial-queue';
import type { PackSummary } from '../../protocol/data-calls';
import type { RunEstimate, RunRequest } from '../../protocol/train-calls';
import { describeTrouble, wasStopped, type Trouble } from '../parts/trouble';

/** The measured cost of the next run, and how its corpus fits the max length; of measurements that overlap, only the last is answered. */
export class CostMeasure {
  estimate = $state.raw<RunEstimate | undefined>();
  measuring = $state(false);
  /** Summary of the tokenized corpus: how it fits the max length; undefined before it was tokenized. */
  packed = $state.raw<PackSummary | undefined>();
  /** Reason for which the run asked for cannot be measured, nor begin. */
  trouble = $state.raw<Trouble | undefined>();
  /** Seconds of runs that differ from the last one in nothing but the layers used, by the number in the recipe; 0 stands for all. */
  seconds = $state.raw<Readonly<Record<number, number>>>({});
  #measuredKey = '';
  readonly #queue = new SerialQueue();
  #wanted = 0;

  /** Forgets what was measured; a measurement that goes on is not answered. */
  forget(): void {
    this.#wanted += 1;
    this.estimate = undefined;
    this.packed = undefined;
    this.trouble = undefined;
  }

  /** Resolves once nothing is being measured; a measurement that has not begun by then never does. */
  async whenIdle(): Promise<void> {
    this.#wanted += 1;
    await this.#queue.whenIdle();
  }

  /** Measures after the measurements before it; where `pack` or `estimate` fails, `trouble` says why. */
  async measure(
    request: RunRequest,
    pack: (request: RunRequest) => Promise<PackSummary>,
    estimate: (request: RunRequest) => Promise<RunEstimate>,
  ): Promise<void> {
    this.forget();
    const wanted = this.#wanted;
    await this.#queue.run(async () => {
      if (wanted !== this.#wanted) return;
      this.measuring = true;
      try {
        const packed = await pack(request);
        const measured = await estimate(request);
        if (wanted !== this.#wanted) return;
        this.packed = packed;
        this.estimate = measured;
        this.#note(request, measured);
      } catch (error) {
        if (wanted === this.#wanted && !wasStopped(error)) this.trouble = describeTrouble(error);
      } finally {
        this.measuring = false;
      }
    });
  }

  #note({ corpusId, encoderId, recipe }: RunRequest, { time }: RunEstimate): void {
    const { layers = 0, ...rest } = recipe;
    const key = JSON.stringify([corpusId, encoderId, rest]);
    const others = key === this.#measuredKey ? this.seconds : {};
    this.#measuredKey = key;
    this.seconds = time ? { ...others, [layers]: time.seconds } : others;
  }
}

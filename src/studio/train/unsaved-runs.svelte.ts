import type { TrainCalls } from '../../protocol/train-calls';
import type { RunId, RunRecord } from '../../storage/records';
import type { Work } from '../parts/work.svelte';

/** Runs whose training has ended in this tab while the disk had no room for their best weights: the train worker holds those. */
export class UnsavedRuns {
  /** Their records as the worker told them: a disk that is full may not even take a record. */
  list = $state.raw<readonly RunRecord[]>([]);
  readonly #train: TrainCalls;
  readonly #work: Work;

  constructor(train: TrainCalls, work: Work) {
    this.#train = train;
    this.#work = work;
  }

  find(id: RunId | undefined): RunRecord | undefined {
    return this.list.find((run) => run.id === id);
  }

  /** Notes how a run has ended. */
  hear(run: RunRecord): void {
    const others = this.list.filter(({ id }) => id !== run.id);
    this.list = run.state === 'unsaved' ? [...others, run] : others;
  }

  /** Tries again to store the weights of a run, which is then as it would have ended; undefined where there is still no room. */
  async store({ id }: RunRecord, how: { replacing?: boolean }): Promise<RunRecord | undefined> {
    const stored = await this.#work.run(
      'Storing the best epoch',
      'Its weights are still held in this tab.',
      () => this.#train.storeUnsaved(id, how),
    );
    if (stored) this.hear(stored);
    return stored;
  }

  /** Lets a deleted run's weights go. */
  async forget(id: RunId): Promise<void> {
    if (!this.find(id)) return;
    this.list = this.list.filter((run) => run.id !== id);
    await this.#train.forgetUnsaved(id);
  }
}

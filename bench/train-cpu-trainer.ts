import { currentEngine } from '../src/engine/engine';
import type { BertConfig } from '../src/model/bert-config';
import { TokenClassifier } from '../src/model/token-classifier';
import { createTrainer, type Trainer } from '../src/train/step/trainer';
import { benchTags, randomWeights, type StepReply, type StepRequest } from './train-cpu-messages';

/** The studio's own training step, on whatever kernels are registered. */
export class StudioTrainer {
  readonly #trainer: Trainer;
  readonly #heapBytes: () => number;
  #step = 0;

  /** `heapBytes` measures the heap of other kernels than the engine's. */
  constructor(config: BertConfig, heapBytes = () => currentEngine().measureMemory().bytes) {
    this.#heapBytes = heapBytes;
    const classifier = TokenClassifier.create(config, randomWeights(config), benchTags, 1);
    this.#trainer = createTrainer(classifier, classifier.parameters);
  }

  async step({ batch, microBatchPieces }: StepRequest): Promise<Omit<StepReply, 'threads'>> {
    const started = performance.now();
    const sentences = Math.max(1, Math.floor(microBatchPieces / batch.pieces));
    let loss = 0;
    for (let row = 0; row < batch.batch; row += sentences) {
      const count = Math.min(sentences, batch.batch - row);
      const [from, to] = [row * batch.pieces, (row + count) * batch.pieces];
      const part = {
        batch: count,
        pieces: batch.pieces,
        pieceIds: batch.pieceIds.slice(from, to),
        attentionMask: new Int32Array(to - from).fill(1),
        rows: Int32Array.from({ length: count }, (_, i) => row + i),
      };
      loss += await this.#trainer.gather({
        batch: part,
        labelIds: batch.labelIds.slice(from, to),
        labelledWords: batch.labelIds.length,
        dropout: { seed: 1, step: this.#step },
      });
    }
    await this.#trainer.apply(5e-5, 1);
    this.#step++;
    return { ms: performance.now() - started, loss, heapBytes: this.#heapBytes() };
  }
}

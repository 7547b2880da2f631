import { currentEngine } from '../src/engine/engine';
import type { BertConfig } from '../src/model/bert-config';
import { tokenClassification } from '../src/model/heads/token-classification';
import { Model } from '../src/model/model';
import { createTrainer } from '../src/train/step/create-trainer';
import type { Trainer } from '../src/train/step/trainer';
import { benchTags, randomWeights, type StepReply, type StepRequest } from './train-cpu-messages';

/** The studio's own training step. */
export class StudioTrainer {
  readonly #trainer: Trainer;
  #step = 0;

  constructor(config: BertConfig) {
    const model = Model.create(config, randomWeights(config), tokenClassification(benchTags), 1);
    this.#trainer = createTrainer(model);
  }

  async step({ batch, microBatchPieces }: StepRequest): Promise<Omit<StepReply, 'threads'>> {
    const started = performance.now();
    const sentences = Math.max(1, Math.floor(microBatchPieces / batch.pieces));
    let loss = 0;
    for (let row = 0; row < batch.batch; row += sentences) {
      const count = Math.min(sentences, batch.batch - row);
      const [from, to] = [row * batch.pieces, (row + count) * batch.pieces];
      const part = {
        pieceIds: batch.pieceIds.slice(from, to),
        offsets: Int32Array.from({ length: count + 1 }, (_, i) => i * batch.pieces),
        sentenceIndices: Int32Array.from({ length: count }, (_, i) => row + i),
      };
      loss += await this.#trainer.gather({
        batch: part,
        labelIds: batch.labelIds.slice(from, to),
        denominator: batch.labelIds.length,
        dropout: { seed: 1, step: this.#step },
      });
    }
    await this.#trainer.apply({ learningRate: 5e-5, clipNorm: 1 });
    this.#step++;
    return {
      ms: performance.now() - started,
      loss,
      heapBytes: currentEngine().measureMemory().bytes,
    };
  }
}

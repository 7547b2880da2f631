import { currentEngine } from '../src/engine/engine';
import { tokenClassification } from '../src/model/heads/token-classification';
import { Model } from '../src/model/model';
import { readWordTable } from '../src/model/parameter-store';
import { plainRows } from '../src/model/word-rows';
import { WORD_TABLE_KEY } from '../src/model/word-table';
import { createTrainer } from '../src/train/step/create-trainer';
import type { Trainer } from '../src/train/step/trainer';
import {
  benchTags,
  corpusPieces,
  randomWeights,
  type StartRequest,
  type StepReply,
  type StepRequest,
} from './train-cpu-messages';

/** The studio's own training step. */
export class StudioTrainer {
  readonly #trainer: Trainer;
  #step = 0;

  private constructor(model: Model) {
    this.#trainer = createTrainer(model);
  }

  static async create({ config, hasWholeTable = false }: StartRequest): Promise<StudioTrainer> {
    const weights = randomWeights(config);
    const rows = plainRows(weights.get(WORD_TABLE_KEY)!);
    const words = hasWholeTable ? undefined : await readWordTable(rows, corpusPieces(config));
    const head = tokenClassification(benchTags);
    return new StudioTrainer(Model.create(config, weights, head, 1, words));
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

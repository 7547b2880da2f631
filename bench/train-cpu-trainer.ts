import { measureMemory } from '../src/engine/memory';
import type { BertConfig } from '../src/model/bert-config';
import { TokenClassifier } from '../src/model/token-classifier';
import { AdamW } from '../src/train/adamw';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  measureGradients,
  type Gradients,
} from '../src/train/gradients';
import { benchTags, randomWeights, type StepReply, type StepRequest } from './train-cpu-messages';

/** The studio's own training step, on whatever kernels are registered. */
export class StudioTrainer {
  readonly #classifier: TokenClassifier;
  readonly #optimiser: AdamW;
  readonly #heapBytes: () => number;
  #step = 0;

  /** `heapBytes` measures the heap of other kernels than the engine's. */
  constructor(config: BertConfig, heapBytes = () => measureMemory().bytes) {
    this.#heapBytes = heapBytes;
    this.#classifier = TokenClassifier.create(config, randomWeights(config), benchTags, 1);
    this.#optimiser = new AdamW(this.#classifier.parameters);
  }

  async step({ batch, microBatchPieces }: StepRequest): Promise<Omit<StepReply, 'threads'>> {
    const started = performance.now();
    const total: Gradients = new Map();
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
      const result = lossAndGradients(
        this.#classifier,
        part,
        batch.labelIds.slice(from, to),
        batch.labelIds.length,
        { seed: 1, step: this.#step },
      );
      addGradients(total, result.gradients);
      loss += (await result.loss.data<'float32'>())[0]!;
      result.loss.dispose();
    }
    const { factor } = await measureGradients(total, 1);
    this.#optimiser.step(total, 5e-5, factor);
    disposeGradients(total);
    this.#step++;
    return { ms: performance.now() - started, loss, heapBytes: this.#heapBytes() };
  }
}

import { selectBackend } from '../src/engine/backend';
import { measureMemory } from '../src/engine/memory';
import { TokenClassifier } from '../src/model/token-classifier';
import { AdamW } from '../src/train/adamw';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  measureGradients,
  type Gradients,
} from '../src/train/gradients';
import {
  benchTags,
  miniLm,
  randomWeights,
  type StepReply,
  type StepRequest,
} from './train-step-messages';

const starting = start();
let step = 0;

async function start() {
  const { threads } = await selectBackend('wasm', { threads: 2 });
  const classifier = TokenClassifier.create(miniLm, randomWeights(miniLm), benchTags, 1);
  return { threads, classifier, optimiser: new AdamW(classifier.parameters) };
}

onmessage = async ({ data: { batch, microBatchPieces } }: MessageEvent<StepRequest>) => {
  const { threads, classifier, optimiser } = await starting;
  const started = performance.now();
  const total: Gradients = new Map();
  const sentences = Math.floor(microBatchPieces / batch.pieces);
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
      classifier,
      part,
      batch.labelIds.slice(from, to),
      batch.labelIds.length,
      { seed: 1, step },
    );
    addGradients(total, result.gradients);
    loss += (await result.loss.data<'float32'>())[0]!;
    result.loss.dispose();
  }
  const { factor } = await measureGradients(total, 1);
  optimiser.step(total, 5e-5, factor);
  disposeGradients(total);
  step++;
  const reply: StepReply = {
    ms: performance.now() - started,
    loss,
    threads,
    heapBytes: measureMemory().bytes,
  };
  postMessage(reply);
};

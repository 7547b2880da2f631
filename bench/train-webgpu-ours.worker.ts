import { selectBackend } from '../src/engine/backend';
import { measureMemory } from '../src/engine/memory';
import { TokenClassifier } from '../src/model/token-classifier';
import { GpuTrainer } from '../src/train/gpu-trainer';
import type { TrainBatch } from '../src/train/trainer';
import { benchTags, randomWeights, type BenchBatch } from './train-cpu-messages';
import { serveGpu, type GpuStepReply } from './train-webgpu-messages';

let trainer: GpuTrainer;
let steps = 0;

serveGpu({
  async start({ config, backend, isEager, pieces }) {
    await selectBackend(backend);
    const kept = pieces === undefined ? undefined : Array.from({ length: pieces }, (_, id) => id);
    const classifier = TokenClassifier.create(config, randomWeights(config), benchTags, 1, kept);
    trainer = new GpuTrainer(classifier, classifier.parameters, { isEager });
  },
  async step(batch): Promise<GpuStepReply> {
    const started = performance.now();
    const part = partOf(batch, steps++);
    // Until the first await, everything is JavaScript; after it, only the device works.
    const gathered = trainer.gather(part);
    const gatherJsMs = performance.now() - started;
    const loss = await gathered;
    const applied = performance.now();
    const apply = trainer.apply(5e-5, 1);
    const jsMs = gatherJsMs + performance.now() - applied;
    await apply;
    const ms = performance.now() - started;
    const plan = trainer.describe().plans.at(-1);
    // Beside a plan's own: squares, norm, AdamW.
    return {
      ms,
      jsMs,
      loss,
      gpuBytes: measureMemory().bytes,
      dispatches: plan ? plan.length + 3 : 0,
    };
  },
  reserve(batches) {
    for (const batch of batches) trainer.prepare(partOf(batch, 0));
    return { gpuBytes: measureMemory().bytes, arenaBytes: trainer.describe().arenaBytes };
  },
});

function partOf({ batch, pieces, pieceIds, labelIds }: BenchBatch, step: number): TrainBatch {
  const attentionMask = new Int32Array(batch * pieces).fill(1);
  return {
    batch: { batch, pieces, pieceIds, attentionMask },
    labelIds,
    labelledWords: labelIds.length,
    dropout: { seed: 1, step },
  };
}

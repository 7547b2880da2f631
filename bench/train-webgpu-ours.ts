import { selectBackend } from '../src/engine/backend';
import { measureMemory } from '../src/engine/memory';
import { gpuBackend } from '../src/engine/webgpu/gpu-backend';
import { timeKernels, type KernelTime } from '../src/engine/webgpu/kernel-timer';
import { TokenClassifier } from '../src/model/token-classifier';
import { GpuTrainer } from '../src/train/gpu-trainer';
import { benchTags, randomWeights, type BenchBatch } from './train-cpu-messages';
import type { GpuPeer, GpuStartRequest, GpuStepReply } from './train-webgpu-messages';

/** Our own step: forward, backward with dropout, clipping and AdamW. */
export class OurPeer implements GpuPeer {
  #trainer: GpuTrainer | undefined;
  #steps = 0;

  async start({ config, backend, isEager }: GpuStartRequest): Promise<void> {
    await selectBackend(backend);
    const classifier = TokenClassifier.create(config, randomWeights(config), benchTags, 1);
    this.#trainer = new GpuTrainer(classifier, classifier.parameters, { isEager });
  }

  async step({ batch, pieces, pieceIds, labelIds }: BenchBatch): Promise<GpuStepReply> {
    const trainer = this.#trainer!;
    const started = performance.now();
    const part = {
      ...{ batch, pieces, pieceIds, attentionMask: new Int32Array(batch * pieces).fill(1) },
      rows: Int32Array.from({ length: batch }, (_, row) => row),
    };
    // Until the first await, everything is JavaScript; after it, only the device works.
    const gathered = trainer.gather({
      batch: part,
      labelIds,
      labelledWords: labelIds.length,
      dropout: { seed: 1, step: this.#steps++ },
    });
    const gatherJsMs = performance.now() - started;
    const loss = await gathered;
    const applied = performance.now();
    const apply = trainer.apply(5e-5, 1);
    const jsMs = gatherJsMs + performance.now() - applied;
    await apply;
    const ms = performance.now() - started;
    const { dispatches } = trainer.describe();
    // Beside a plan's own: squares, norm, AdamW.
    return {
      ...{ ms, jsMs, loss, gpuBytes: measureMemory().bytes },
      dispatches: dispatches.length > 0 ? dispatches.at(-1)! + 3 : 0,
    };
  }

  /** A step's time on the device, kernel by kernel, after one that compiles. */
  async timeline(batch: BenchBatch): Promise<KernelTime[]> {
    await this.step(batch);
    return timeKernels(gpuBackend(), () => this.step(batch));
  }
}

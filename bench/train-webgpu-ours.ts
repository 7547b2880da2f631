import { selectBackend } from '../src/engine/start-engine';
import { findAdapter } from '../src/engine/webgpu/device/start-webgpu';
import { measureTiles } from '../src/engine/webgpu/products/measure-tiles';
import { currentEngine } from '../src/engine/engine';
import { gpuBackend } from '../src/engine/webgpu/device/gpu-backend';
import type { KernelTime } from '../src/engine/webgpu/device/kernel-timer';
import { timeKernels } from '../src/engine/webgpu/device/time-kernels';
import { tokenClassification } from '../src/model/heads/token-classification';
import { Model } from '../src/model/model';
import { readWordTable } from '../src/model/parameter-store';
import { plainRows } from '../src/model/word-rows';
import { WORD_TABLE_KEY } from '../src/model/word-table';
import { GpuTrainer } from '../src/train/step/gpu-trainer';
import type { TrainBatch } from '../src/train/step/train-batch';
import { benchTags, randomWeights, type BenchBatch } from './train-cpu-messages';
import type { GpuMemory, GpuPeer, GpuStartRequest, GpuStepReply } from './train-webgpu-messages';

/** Our own step: forward, backward with dropout, clipping and AdamW. */
export class OurPeer implements GpuPeer {
  #trainer: GpuTrainer | undefined;
  #steps = 0;
  /** Dispatches beside a plan's own: squares, norm, AdamW's two groups; the weights' copy in half precision. */
  #applied = 4;

  async start({ config, backend, precision, pieces }: GpuStartRequest): Promise<void> {
    await selectBackend(backend);
    if (precision === 'f16') this.#applied = 5;
    // As it goes to a GPU: a software adapter would get a submit for each dispatch, and JavaScript would be the time it takes to wake its process.
    if ((await findAdapter(backend === 'webgpu-software'))?.isSoftware)
      gpuBackend().gpu.queue.submitMs = 1e9;
    const { choice } = await measureTiles(gpuBackend().gpu);
    gpuBackend().gpu.tiles = choice;
    const weights = randomWeights(config);
    const kept = pieces === undefined ? undefined : Array.from({ length: pieces }, (_, id) => id);
    const words = kept && (await readWordTable(plainRows(weights.get(WORD_TABLE_KEY)!), kept));
    const model = Model.create(config, weights, tokenClassification(benchTags), 1, words);
    this.#trainer = new GpuTrainer(model, undefined, precision ? { precision } : {});
  }

  async step(batch: BenchBatch): Promise<GpuStepReply> {
    const trainer = this.#trainer!;
    const started = performance.now();
    const part = partOf(batch, this.#steps++);
    // Until the first await, everything is JavaScript; after it, only the device works.
    const result = trainer.gatherAndApply(part, { learningRate: 5e-5, clipNorm: 1 });
    const jsMs = performance.now() - started;
    const { loss } = await result;
    const ms = performance.now() - started;
    const plan = trainer.describe().plans.at(-1);
    return {
      ...{ ms, jsMs, loss, gpuBytes: currentEngine().measureMemory().bytes },
      dispatches: plan ? plan.length + this.#applied : 0,
    };
  }

  /** A step's time on the device, kernel by kernel, after one that compiles. */
  async timeline(batch: BenchBatch): Promise<KernelTime[]> {
    await this.step(batch);
    return timeKernels(gpuBackend().gpu, () => this.step(batch));
  }

  reserve(batches: readonly BenchBatch[]): GpuMemory {
    const trainer = this.#trainer!;
    for (const batch of batches) trainer.prepare(partOf(batch, 0));
    return {
      gpuBytes: currentEngine().measureMemory().bytes,
      arenaBytes: trainer.describe().arenaBytes,
    };
  }
}

function partOf({ batch, pieces, pieceIds, labelIds }: BenchBatch, step: number): TrainBatch {
  const offsets = Int32Array.from({ length: batch + 1 }, (_, i) => i * pieces);
  return {
    batch: { pieceIds, offsets },
    labelIds,
    denominator: labelIds.length,
    dropout: { seed: 1, step },
  };
}

import { test } from 'vitest';
import type { BertConfig } from '../src/model/bert-config';
import { estimateMemory } from '../src/train/pace/estimate';
import { bertBase, mBert, miniLm } from '../test/reference/model-shapes';
import type { Precision } from '../src/recipe/precision';
import { benchTags, makeBatch, tinyBert, type BenchBatch } from './train-cpu-messages';
import JaxWorker from './train-webgpu-jax.worker?worker';
import type { GpuMemory, GpuStartRequest, GpuStepReply } from './train-webgpu-messages';
import { stepColumns, stepLine, summarise, type StepFigures } from './train-webgpu-table';
import OurWorker from './train-webgpu-ours.worker?worker';
import StockWorker from './train-webgpu-stock.worker?worker';
import { askWorker } from './worker-call';

// A training step on WebGPU: forward, backward, clipping and AdamW, with dropout where the table does not say otherwise.
//
// VITE_WEBGPU=webgpu takes a real GPU; webgpu-software, which is what runs without it, takes the software adapter: its times say nothing of
// a GPU, but its dispatches and bytes do.
const backend = (import.meta.env['VITE_WEBGPU'] ?? 'webgpu-software') as GpuStartRequest['backend'];
const isSoftware = backend === 'webgpu-software';

interface Peer {
  name: string;
  Worker: new () => Worker;
  precision?: Precision;
  /** On a software adapter, of this model. */
  steps: { tiny: number; MiniLM: number };
}

const peers: readonly Peer[] = [
  { name: 'ours, replayed', Worker: OurWorker, steps: { tiny: 8, MiniLM: 2 } },
  {
    ...{ name: 'ours, half precision', Worker: OurWorker, precision: 'f16' },
    steps: { tiny: 8, MiniLM: 1 },
  },
  { name: 'jax-js (no dropout)', Worker: JaxWorker, steps: { tiny: 4, MiniLM: 0 } },
  {
    name: 'tfjs (no clipping)',
    Worker: StockWorker,
    steps: { tiny: 2, MiniLM: 0 },
  },
];

async function measure(
  { Worker, precision }: Peer,
  config: BertConfig,
  batch: BenchBatch,
  steps: number,
): Promise<GpuStepReply[]> {
  const worker = new Worker();
  const request: GpuStartRequest = {
    ...{ config, backend },
    ...(precision ? { precision } : {}),
  };
  await askWorker(worker, request);
  const replies: GpuStepReply[] = [];
  // The first compiles; it is not counted.
  for (let i = 0; i <= steps; i++) replies.push(await askWorker<GpuStepReply>(worker, batch));
  worker.terminate();
  return replies.slice(1);
}

test.each([
  { name: 'tiny', config: tinyBert } as const,
  { name: 'MiniLM', config: miniLm } as const,
])('train step of $name on $name', async ({ name, config }) => {
  const batch = makeBatch(8, 64);
  const rows: [string, StepFigures][] = [];
  for (const peer of peers) {
    const steps = isSoftware ? peer.steps[name] : 20;
    if (steps === 0) continue;
    rows.push([peer.name, summarise(await measure(peer, config, batch, steps))]);
    console.log(`  … ${peer.name}`);
  }
  const ours = rows[0]![1].ms;
  const lines = rows.map(([title, figures]) => stepLine(title, figures, 8 * 64, ours));
  const title = `${name}, 8 × 64 pieces on ${backend}, medians`;
  console.log([title, stepColumns, ...lines].join('\n'));
});

/** Steps until the browser has compiled what they run; a run has thousands. */
const WARM_UP = 200;

/** Word pieces on the device: WNUT-17's train and dev have 9,671 of MiniLM's; all of them are there where a run does not know its corpus. */
test.each([
  { entries: 9_671, of: "WNUT-17's word pieces" },
  { entries: miniLm.vocabularySize, of: 'the whole vocabulary' },
])('JavaScript of a replayed step with the layers of MiniLM and $of', async ({ entries, of }) => {
  // As narrow as can be, so that there are many steps: of a kernel's width JavaScript knows nothing.
  const narrow = { ...miniLm, vocabularySize: entries, hidden: 24, heads: 2, intermediate: 48 };
  const [first] = peers;
  const batch = makeBatch(8, 64);
  const pieceIds = batch.pieceIds.map((id) => id % entries);
  const replies = await measure(first!, narrow, { ...batch, pieceIds }, WARM_UP + 100);
  const times = replies.slice(WARM_UP).map(({ jsMs }) => jsMs!);
  const [median, fastest] = [0.5, 0.1].map(
    (share) => times.toSorted((a, b) => a - b)[Math.floor(share * times.length)]!,
  );
  console.log(
    `${of}, ${replies[0]!.dispatches} dispatches: ${median!.toFixed(2)} ms of JavaScript, median; ${fastest!.toFixed(2)} ms, fastest tenth`,
  );
});

/** Bytes that a run takes before its first step: parameters, gradients, two moments, and the arena of all shapes. */
test.each([
  { name: 'MiniLM', config: miniLm, shapes: [16, 32, 64, 128].map((pieces) => [8, pieces]) },
  { name: 'bert-base', config: bertBase, shapes: [[16, 128]] },
  {
    name: 'bert-base in half precision',
    config: bertBase,
    precision: 'f16' as const,
    shapes: [[16, 128]],
  },
  {
    name: 'mBERT with 30,000 pieces of its vocabulary',
    config: mBert,
    pieces: 30_000,
    shapes: [[16, 128]],
  },
])('memory of $name', async ({ name, config, shapes, ...rest }) => {
  const worker = new OurWorker();
  await askWorker(worker, { config, backend, ...rest });
  const batches = shapes.map(([batch, pieces]) => makeBatch(batch!, pieces!));
  const { gpuBytes, arenaBytes } = await askWorker<GpuMemory>(worker, batches);
  worker.terminate();
  const vocabularySize = rest.pieces ?? config.vocabularySize;
  const most = Math.max(...shapes.map(([batch, pieces]) => batch! * pieces!));
  const estimate = estimateMemory(
    { ...config, vocabularySize },
    benchTags,
    most,
    128,
    'webgpu',
    rest.precision,
  );
  const sizes = shapes.map((shape) => shape.join(' × ')).join(', ');
  console.log(
    `${name}, ${sizes}: ${(gpuBytes / 1e9).toFixed(3)} GB in all (estimated ${(estimate.trainingBytes / 1e9).toFixed(3)}), ${(arenaBytes / 1e6).toFixed(0)} MB of it the arena`,
  );
});

import { test } from 'vitest';
import { chooseMicroBatchPieces } from '../src/train/estimate';
import OurWorker from './train-step-ours.worker?worker';
import StockWorker from './train-step-stock.worker?worker';
import { makeBatch, miniLm, type StepReply, type StepRequest } from './train-step-messages';

const ROUNDS = 3;
const microBatchPieces = chooseMicroBatchPieces(miniLm, 'wasm');

function ask(worker: Worker, request: StepRequest): Promise<StepReply> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<StepReply>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  });
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** A training step of MiniLM, 8 × 64 pieces: forward, backward, clipping (ours) and AdamW. Steps alternate, so load falls on both. */
test('train step: ours against stock tfjs-wasm', async () => {
  const [ours, stock] = [new OurWorker(), new StockWorker()];
  const request = { batch: makeBatch(8, 64), microBatchPieces };
  const replies: Record<'ours' | 'stock', StepReply[]> = { ours: [], stock: [] };
  for (const worker of [ours, stock]) await ask(worker, request); // the first step allocates and compiles
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 3; i++) replies.ours.push(await ask(ours, request));
    replies.stock.push(await ask(stock, request));
  }
  const rows = (['ours', 'stock'] as const).map((name) => {
    const ms = median(replies[name].map((reply) => reply.ms));
    const last = replies[name].at(-1)!;
    return {
      name,
      ms,
      threads: last.threads,
      piecesPerSecond: 512_000 / ms,
      heapMb: last.heapBytes / 1e6,
      loss: last.loss,
    };
  });
  stock.terminate();
  console.log('MiniLM, 8 × 64 pieces, one step, medians');
  for (const { name, ms, threads, piecesPerSecond, heapMb, loss } of rows) {
    const figures = `${ms.toFixed(0)} ms, ${piecesPerSecond.toFixed(0)} pieces/s, heap ${heapMb.toFixed(0)} MB, loss ${loss.toFixed(3)}`;
    console.log(`  ${name} (${threads} threads): ${figures}`);
  }
  console.log(`  ratio: ${(rows[1]!.ms / rows[0]!.ms).toFixed(1)} × stock`);

  const large = { batch: makeBatch(16, 128), microBatchPieces };
  const steps = [];
  for (let i = 0; i < 4; i++) steps.push(await ask(ours, large));
  const ms = median(steps.slice(1).map((reply) => reply.ms));
  const heap = steps.at(-1)!.heapBytes / 1e6;
  console.log(
    `16 × 128 pieces in micro-batches of ${microBatchPieces}: ${ms.toFixed(0)} ms, ${(2_048_000 / ms).toFixed(0)} pieces/s, heap ${heap.toFixed(0)} MB`,
  );
  ours.terminate();
});

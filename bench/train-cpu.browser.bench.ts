import { test } from 'vitest';
import type { BertConfig } from '../src/model/bert-config';
import { chooseMicroBatchPieces } from '../src/train/pace/estimate';
import { median } from './median';
import JaxWorker from './train-cpu-jax.worker?worker';
import OurWorker from './train-cpu-ours.worker?worker';
import StockWorker from './train-cpu-stock.worker?worker';
import { miniLm } from '../test/reference/model-shapes';
import { makeBatch, tinyBert, type StepReply } from './train-cpu-messages';
import { askWorker, settle } from './worker-call';

interface Peer {
  name: string;
  /** Asked for; the table says how many it has. */
  threads: number;
  Worker: new () => Worker;
  /** Steps in a round, and in how many rounds: the slow ones take few. */
  steps: number;
  rounds: number;
  hasWholeTable?: boolean;
}

const peers: readonly Peer[] = [
  { name: 'ours', threads: 2, Worker: OurWorker, steps: 3, rounds: 5 },
  { name: 'ours', threads: 1, Worker: OurWorker, steps: 2, rounds: 5 },
  {
    name: 'ours, whole table',
    threads: 2,
    Worker: OurWorker,
    steps: 3,
    rounds: 5,
    hasWholeTable: true,
  },
  { name: 'jax-js (no dropout)', threads: 2, Worker: JaxWorker, steps: 2, rounds: 5 },
  { name: 'jax-js (no dropout)', threads: 1, Worker: JaxWorker, steps: 2, rounds: 5 },
  { name: 'stock (no clipping)', threads: 2, Worker: StockWorker, steps: 1, rounds: 1 },
];
const allRounds = Math.max(...peers.map(({ rounds }) => rounds));

const toMegabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/** Starts a peer and takes its first step, which allocates and compiles. */
async function startPeer(peer: Peer, config: BertConfig, request: unknown) {
  const { Worker, threads, hasWholeTable = false } = peer;
  const worker = new Worker();
  await askWorker(worker, { config, threads, hasWholeTable });
  return { worker, first: await askWorker<StepReply>(worker, request) };
}

function table(pieces: number, replies: ReadonlyMap<Peer, readonly StepReply[]>): string {
  const msOf = (peer: Peer) => median(replies.get(peer)!.map(({ ms }) => ms));
  const columns = ['threads', 'steps', 'ms', 'pieces/s', 'heap MB', 'loss', '× ours'];
  const line = (name: string, cells: readonly string[]) =>
    `\n  ${name.padEnd(20)}${cells.map((cell) => cell.padStart(9)).join('')}`;
  let lines = line('', columns);
  for (const [peer, taken] of replies) {
    const ours = peers.find(({ name, threads }) => name === 'ours' && threads === peer.threads)!;
    const ms = msOf(peer);
    const { threads, heapBytes, loss } = taken.at(-1)!;
    lines += line(peer.name, [
      `${threads} of ${peer.threads}`,
      String(taken.length),
      ms.toFixed(1),
      ((1000 * pieces) / ms).toFixed(0),
      toMegabytes(heapBytes),
      loss.toFixed(3),
      (ms / msOf(ours)).toFixed(2),
    ]);
  }
  return lines;
}

/**
 * A training step, 8 × 64 pieces: forward, backward, clipping and AdamW, with dropout where the table does not say otherwise. A machine
 * that does other work makes its figures worthless.
 */
test.each([
  { name: 'MiniLM', config: miniLm },
  { name: 'tiny', config: tinyBert },
])('train step of $name', async ({ name, config }) => {
  console.log(`${name}, 8 × 64 pieces`);
  const batch = makeBatch(8, 64);
  const request = { batch, microBatchPieces: chooseMicroBatchPieces(config, 'wasm') };
  const workers = new Map<Peer, Worker>();
  for (const peer of peers) {
    const { worker, first } = await startPeer(peer, config, request);
    workers.set(peer, worker);
    console.log(`  … ${peer.name}, ${peer.threads}: first step ${first.ms.toFixed(0)} ms`);
  }
  // They take turns, so that load from outside falls on all.
  const replies = new Map<Peer, StepReply[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < allRounds; round++) {
    for (const [peer, worker] of workers) {
      if (round >= peer.rounds) continue;
      await settle();
      for (let i = 0; i < peer.steps; i++)
        replies.get(peer)!.push(await askWorker(worker, request));
    }
    console.log(`  … round ${round + 1} of ${allRounds}`);
  }
  for (const worker of workers.values()) worker.terminate();
  const title = `${name}, 8 × 64 pieces, one step; medians, × ours with as many threads asked for`;
  console.log(title + table(batch.pieceIds.length, replies));
});

/** With accumulated gradients; stock tfjs does not come to its end. */
test('train step of MiniLM, 16 × 128 pieces', async () => {
  const batch = makeBatch(16, 128);
  const request = { batch, microBatchPieces: chooseMicroBatchPieces(miniLm, 'wasm') };
  const peer = peers[0]!;
  const { worker } = await startPeer(peer, miniLm, request);
  const taken: StepReply[] = [];
  for (let i = 0; i < 5; i++) taken.push(await askWorker(worker, request));
  worker.terminate();
  const title = `MiniLM, 16 × 128 pieces in micro-batches of ${request.microBatchPieces}, one step`;
  console.log(title + table(batch.pieceIds.length, new Map([[peer, taken]])));
});

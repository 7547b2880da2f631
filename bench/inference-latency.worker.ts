import { readOnnxFile } from '../src/infer/onnx/onnx-file';
import { createSession } from '../src/infer/session';
import { miniLm } from '../test/reference/model-shapes';
import { writeMiniLm } from './minilm-file';
import { randomWeights } from './train-cpu-messages';

/** Times that one worker measured, in milliseconds. */
export interface LatencyReply {
  threads: number;
  exportMs: number;
  readMs: number;
  createMs: number;
  /** Sentences of so many pieces at once: the fastest and the median run, for one sentence. */
  latencies: { sentences: number; pieces: number; fastest: number; median: number }[];
}

async function time<T>(work: () => T | Promise<T>): Promise<[result: T, ms: number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

onmessage = async ({ data: threads }: MessageEvent<number>) => {
  const weights = randomWeights(miniLm);
  const [blob, exportMs] = await time(() => writeMiniLm(weights));
  const [file, readMs] = await time(() => readOnnxFile(blob));
  const [session, createMs] = await time(() => createSession(file, threads));
  const latencies: LatencyReply['latencies'] = [];
  for (const [sentences, pieces] of [
    [1, 16],
    [1, 64],
    [1, 256],
    [8, 32],
    [16, 32],
  ] as const) {
    const batch = Array.from({ length: sentences }, (_, row) =>
      Int32Array.from({ length: pieces }, (_, i) => (row * 97 + i * 7919) % miniLm.vocabularySize),
    );
    const runs: number[] = [];
    for (let i = 0; i < 20; i++)
      runs.push((await time(() => session.logits(batch)))[1] / sentences);
    runs.sort((a, b) => a - b);
    latencies.push({ sentences, pieces, fastest: runs[0]!, median: runs[runs.length >> 1]! });
  }
  const reply: LatencyReply = { threads: session.threads, exportMs, readMs, createMs, latencies };
  postMessage(reply);
};

import { hashWeights } from '../src/export/checksums';
import { exportOnnx } from '../src/export/export-onnx';
import { checkWeights } from '../src/infer/onnx/checksum-check';
import { readOnnxFile } from '../src/infer/onnx/onnx-file';
import { createSession } from '../src/infer/session';
import { TagSet } from '../src/ner/tag-set';
import { DEFAULT_RECIPE } from '../src/recipe/presets';
import { miniLm } from '../test/reference/model-shapes';
import { randomWeights } from './train-cpu-messages';

/** Times that one worker measured, in milliseconds. */
export interface LatencyReply {
  threads: number;
  exportMs: number;
  fileBytes: number;
  /** Reading of the file's bytes and nothing else. */
  bytesMs: number;
  /** Check of the weights' checksums, which `readMs` includes. */
  checksumsMs: number;
  readMs: number;
  createMs: number;
  /** Sentences of so many pieces at once: the fastest and the median run, for one sentence. */
  latencies: { sentences: number; pieces: number; fastest: number; median: number }[];
}

const labels = ['PER', 'LOC', 'ORG', 'MISC'];
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const metadata = {
  tags: [...new TagSet(labels, 'IOB2').tags],
  labels,
  scheme: 'IOB2' as const,
  vocabulary: Array.from({ length: miniLm.vocabularySize }, (_, i) => specials[i] ?? `p${i}`),
  lowercase: true,
  maxPieces: 256,
  config: miniLm,
  card: {
    name: 'bench',
    createdAt: 0,
    encoder: 'random',
    corpus: 'none',
    corpusHash: '',
    recipe: DEFAULT_RECIPE,
  },
};

async function time<T>(work: () => T | Promise<T>): Promise<[result: T, ms: number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

onmessage = async ({ data: threads }: MessageEvent<number>) => {
  const weights = randomWeights(miniLm);
  const [blob, exportMs] = await time(
    async () => new Blob(await exportOnnx({ config: miniLm, weights, metadata })),
  );
  const [, bytesMs] = await time(() => blob.arrayBuffer());
  const [file, readMs] = await time(() => readOnnxFile(blob));
  const listed = file.initialisers.filter(({ name }) => weights.has(name));
  const numbers = listed.map(({ name }) => new Uint8Array(weights.get(name)!.data.buffer));
  const hashes = await hashWeights(
    numbers,
    listed.reduce((sum, { byteLength }) => sum + byteLength, 0),
  );
  const checksums = { weights: hashes, entries: {} };
  const [, checksumsMs] = await time(() => checkWeights(blob, listed, checksums));
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
  const opened = { exportMs, fileBytes: blob.size, bytesMs, readMs, checksumsMs, createMs };
  const reply: LatencyReply = { threads: session.threads, ...opened, latencies };
  postMessage(reply);
};

import { hashWeights } from '../src/export/checksums';
import { checkWeights } from '../src/infer/onnx/checksum-check';
import { readOnnxFile } from '../src/infer/onnx/onnx-file';
import { miniLm } from '../test/reference/model-shapes';
import { writeMiniLm } from './minilm-file';
import { randomWeights } from './train-cpu-messages';
import { answerWith } from './worker-call';

/** Fastest times of each part of opening a file, in milliseconds. */
export interface OpenReply {
  fileBytes: number;
  /** Reading of the file's bytes and nothing else. */
  bytesMs: number;
  /** Check of the whole file: graph, metadata and checksums. */
  openMs: number;
  /** Check of the weights' checksums alone. */
  weightsMs: number;
}

async function fastest(repeats: number, work: () => Promise<unknown>): Promise<number> {
  let fastestMs = Infinity;
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    await work();
    fastestMs = Math.min(fastestMs, performance.now() - started);
  }
  return fastestMs;
}

answerWith(async (repeats: number): Promise<OpenReply> => {
  const weights = randomWeights(miniLm);
  const blob = await writeMiniLm(weights);
  const { initialisers } = await readOnnxFile(blob);
  const listed = initialisers.filter(({ name }) => weights.has(name));
  const bytes = listed.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const numbers = listed.map(({ name }) => new Uint8Array(weights.get(name)!.data.slice().buffer));
  const checksums = { weights: await hashWeights(numbers, bytes), entries: {} };
  return {
    fileBytes: blob.size,
    bytesMs: await fastest(repeats, () => blob.arrayBuffer()),
    openMs: await fastest(repeats, () => readOnnxFile(blob)),
    weightsMs: await fastest(repeats, () => checkWeights(blob, listed, checksums)),
  };
});

import { SerialQueue } from '../async/serial-queue';
import { fetchPageFile } from '../browser/page-file';
import { obstacleToSharedMemory } from '../browser/shared-memory';
import { Failure } from '../messages/failure';
import { shorten } from '../messages/shorten';
import * as ort from 'onnxruntime-web/wasm';
import runtimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { ModelMetadata } from '../export/model-metadata';
import { type KeptTokenizer, specialIdsOf } from '../tokenizer/tokenizer-kinds';
import type { OnnxFile } from './onnx/onnx-file';

/** Logits of a padded batch; those behind a sequence's own pieces mean nothing. */
export interface Logits {
  logits: Float32Array; // [batch, pieces, tags]
  batch: number;
  pieces: number;
  tags: number;
}

/** A model that scores pieces, in onnxruntime-web or while it is trained. */
export interface PieceScorer {
  readonly metadata: Pick<ModelMetadata, keyof KeptTokenizer | 'maxPieces' | 'tags'>;
  /** Marks of the pieces that have a row in the word table, u8[pieces]; absent, all have. */
  readonly hasRow?: Uint8Array;
  /** Runs sequences of `[CLS] pieces [SEP]` as one batch, padded to the longest. */
  logits(sequences: readonly Int32Array[]): Promise<Logits>;
}

/** A model loaded into onnxruntime-web; calls that overlap are run one after another. */
export interface Session extends PieceScorer {
  readonly metadata: ModelMetadata;
  /** Count of threads that the runtime has in this worker. */
  readonly threads: number;
  /** Frees the model's memory; the session cannot be used afterwards. */
  release(): Promise<void>;
}

/**
 * Loads a checked file into onnxruntime-web, on WebAssembly.
 *
 * The runtime has one thread pool a worker, made for the first session: a later wish for another number of threads
 * has no effect, so a worker that should change it must be started anew. Without cross-origin isolation it is 1.
 *
 * @throws where the runtime cannot load the file; the message names the file and the way out.
 */
export async function createSession(file: OnnxFile, threads: number): Promise<Session> {
  await startRuntime(threads);
  const session = await loadModel(file);
  const { metadata, hasRow } = file;
  const { paddingId } = specialIdsOf(metadata);
  const run = async (sequences: readonly Int32Array[]): Promise<Logits> => {
    const { logits } = await explained(file, 'read the text with it', () =>
      session.run(padBatch(sequences, paddingId), ['logits']),
    );
    const [batch, pieces, tags] = logits!.dims as [number, number, number];
    return { logits: logits!.data as Float32Array, batch, pieces, tags };
  };
  const queue = new SerialQueue();
  return {
    metadata,
    ...(hasRow ? { hasRow } : {}),
    threads: ort.env.wasm.numThreads ?? 1,
    logits: (sequences) => queue.run(() => run(sequences)),
    release: () => queue.run(() => session.release()),
  };
}

async function loadModel(file: OnnxFile): Promise<ort.InferenceSession> {
  const bytes = new Uint8Array(await file.blob.arrayBuffer());
  return explained(file, 'load it', () =>
    ort.InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    }),
  );
}

/** Runs a call of the runtime. @throws Failure that says whether memory ran out, which the runtime tells in its own words alone. */
async function explained<Result>(
  { fileName }: OnnxFile,
  what: string,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const name = shorten(fileName || 'The model file');
    const options = { cause: error };
    if (OUT_OF_MEMORY.test(reason)) {
      const wayOut = 'Close other tabs and programs, and choose the model again.';
      throw new Failure(`${name}: this tab has too little memory to ${what}.`, wayOut, options);
    }
    throw new Failure(
      `${name}: the runtime cannot ${what} (${shorten(reason, 160)}).`,
      'Reload the page and choose the model again; if that fails too, export it again.',
      options,
    );
  }
}

const OUT_OF_MEMORY = /bad_alloc|allocat|out of memory|memory access|array buffer length/i;

/**
 * Tells the runtime where its two files lie, in a page that Vite serves and in one that it built. The first is fetched here once: a runtime that
 * could not fetch it never tries again.
 *
 * @throws PageFileError where the server of the page does not send it; the next call tries again.
 */
async function startRuntime(threads: number): Promise<void> {
  if (ort.env.wasm.wasmPaths !== undefined) return;
  const url = new URL(runtimeUrl, self.location.href);
  const { body } = await fetchPageFile(url, 'the runtime that reads models');
  await body?.cancel();
  ort.env.wasm.wasmPaths = { mjs: runtimeUrl, wasm: binaryUrl };
  ort.env.wasm.numThreads = obstacleToSharedMemory() === undefined ? Math.max(1, threads) : 1;
}

/** Makes the model's three inputs, i64[batch, pieces]. */
function padBatch(sequences: readonly Int32Array[], paddingId: number): Record<string, ort.Tensor> {
  const batch = sequences.length;
  const pieces = sequences.reduce((longest, { length }) => Math.max(longest, length), 0);
  const inputIds = new BigInt64Array(batch * pieces).fill(BigInt(paddingId));
  const attentionMask = new BigInt64Array(batch * pieces);
  sequences.forEach((sequence, row) => {
    sequence.forEach((id, i) => (inputIds[row * pieces + i] = BigInt(id)));
    attentionMask.fill(1n, row * pieces, row * pieces + sequence.length);
  });
  const tensor = (data: BigInt64Array) => new ort.Tensor('int64', data, [batch, pieces]);
  return {
    input_ids: tensor(inputIds),
    attention_mask: tensor(attentionMask),
    token_type_ids: tensor(new BigInt64Array(batch * pieces)),
  };
}

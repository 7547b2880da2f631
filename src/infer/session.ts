import { SerialQueue } from '../async/serial-queue';
import { obstacleToSharedMemory } from '../browser/shared-memory';
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
  startRuntime(threads);
  const session = await loadModel(file);
  const { metadata } = file;
  const { paddingId } = specialIdsOf(metadata);
  const run = async (sequences: readonly Int32Array[]): Promise<Logits> => {
    const { logits } = await session.run(padBatch(sequences, paddingId), ['logits']);
    const [batch, pieces, tags] = logits!.dims as [number, number, number];
    return { logits: logits!.data as Float32Array, batch, pieces, tags };
  };
  const queue = new SerialQueue();
  return {
    metadata,
    threads: ort.env.wasm.numThreads ?? 1,
    logits: (sequences) => queue.run(() => run(sequences)),
    release: () => queue.run(() => session.release()),
  };
}

async function loadModel({ blob, fileName }: OnnxFile): Promise<ort.InferenceSession> {
  try {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return await ort.InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${fileName || 'The model file'}: the runtime cannot load it (${reason}). Close other models and tabs, or export it again.`,
      { cause: error },
    );
  }
}

/** Tells the runtime where its two files lie, in a page that Vite serves and in one that it built. */
function startRuntime(threads: number): void {
  if (ort.env.wasm.wasmPaths !== undefined) return;
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

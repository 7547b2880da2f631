import * as tf from '@tensorflow/tfjs-core';

/** Backends by the names that tfjs has for them: `cpu`, in plain JavaScript, is for tests. */
export type BackendName = 'cpu' | 'wasm' | 'webgpu';

/** Memory that an engine holds. */
export interface MemoryUse {
  /** Bytes of the WASM heap, which never shrinks, or of all GPU buffers, also those kept for reuse; on `cpu` those of the tensors. */
  bytes: number;
  tensorBytes: number;
  tensors: number;
}

/** Properties of an engine that the code above it acts on. */
export interface EngineTraits {
  /**
   * Whether a training step is captured once for each shape of batch and then replayed. Parameters lie in flat buffers then, and batches
   * should have few shapes.
   */
  readonly replaysSteps: boolean;
  /** Whether gradients of embeddings are summed in the order of a list of their rows, which each batch must bring along. */
  readonly sumsByOccurrence: boolean;
  /** Whether the device has arithmetic in half precision (`shader-f16`). */
  readonly hasHalfPrecision: boolean;
  /** Words that tell the GPU's adapter from others; empty where the browser names none, and on a processor. */
  readonly adapter: string;
  /** Bytes of the largest buffer that the device offers; Infinity on a processor. */
  readonly largestBufferBytes: number;
}

/** The engine in use, as code above it sees it whatever the backend. */
export interface Engine {
  readonly name: BackendName;
  readonly traits: EngineTraits;
  /** Measures the memory that the engine holds. */
  measureMemory(): MemoryUse;
  /** Gives back memory that is kept for tensors of the same sizes, after work whose sizes will not come again. */
  releaseUnusedMemory(): void;
}

/** Traits of a backend on the processor. */
export const PROCESSOR_TRAITS: EngineTraits = {
  replaysSteps: false,
  sumsByOccurrence: false,
  hasHalfPrecision: false,
  adapter: '',
  largestBufferBytes: Infinity,
};

const engines = new Map<string, Engine>();

/** Makes an engine known under its backend's name, in place of an earlier one. Each backend does so when it starts. */
export function provideEngine(engine: Engine): void {
  engines.set(engine.name, engine);
}

/**
 * Finds the engine of the backend in use.
 *
 * @example
 *   await selectBackend('wasm');
 *   currentEngine().traits.replaysSteps // → false
 *
 * @throws before a backend was started
 */
export function currentEngine(): Engine {
  const engine = engines.get(tf.getBackend());
  if (!engine) throw new Error('No engine is in use; call selectBackend first.');
  return engine;
}

import * as tf from '@tensorflow/tfjs-core';
import { obstacleToSharedMemory } from '../../../browser/shared-memory';
import { LOADING_LIMIT_MS, runStage, type OnStage } from '../../start-stage';
import { provideEngine } from '../../engine';
import type { KernelBuild } from '../kernel-module';
import { KernelPool, usePool } from '../pool/kernel-pool';
import { MAX_THREADS } from '../pool/pool-control';
import type { MakeThread } from './start-thread';
import { createWasmEngine } from '../wasm-engine';
import { startTfjsModule } from './tfjs-module';

/** The WASM backend once it runs. */
export interface WasmStart {
  threads: number;
  /** Reason for this many threads, as a sentence. */
  reason: string;
}

export interface WasmOptions {
  /** Number of threads; undefined takes the default. */
  threads?: number | undefined;
  /** Build of the kernels, for tests and benchmarks; undefined takes the fastest that runs well here. */
  build?: KernelBuild | undefined;
  onStage?: OnStage | undefined;
  /** Maker of threads; undefined makes workers of this one. */
  makeThread?: MakeThread | undefined;
}

let started: (WasmStart & { wanted: number; build: KernelBuild | undefined }) | undefined;

/**
 * Starts tfjs' WASM backend and the kernel pool over its heap. Where another number of threads or another build is wanted than before, both
 * are started anew, and every tensor is lost.
 *
 * @throws where a stage fails or takes too long.
 */
export async function startWasm({
  threads,
  build,
  onStage,
  makeThread,
}: WasmOptions = {}): Promise<WasmStart> {
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new Error('This browser does not know WebAssembly SIMD; use a newer one.');
  const obstacle = obstacleToSharedMemory();
  const wanted = obstacle === undefined ? clampThreads(threads) : 1;
  if (started?.wanted !== wanted || started.build !== build) {
    started = undefined;
    if (tf.findBackendFactory('wasm')) tf.removeBackend('wasm'); // the one before, or tfjs' own way to start it
    const { backend, heap } = await runStage(
      'Loading TensorFlow.js',
      { onStage, limitMs: LOADING_LIMIT_MS, wayOut: WAY_OUT },
      () => startTfjsModule(obstacle === undefined),
    );
    tf.registerBackend('wasm', () => backend);
    const pool = await KernelPool.start(heap, wanted, { build, onStage, makeThread });
    usePool(pool);
    provideEngine(createWasmEngine(heap.memory));
    const why = obstacle ? `It has one thread, because ${obstacle}.` : pool.shortfall;
    started = { threads: pool.threads, reason: why, wanted, build };
  }
  if (!(await tf.setBackend('wasm')))
    throw new Error('The WASM backend did not start; reload the page.');
  return started;
}

const WAY_OUT = 'look at the connection and reload the page, or open it with ?threads=1';

/**
 * Chooses the number of threads: one for each core up to four. More cores than that are mostly pairs that share one arithmetic unit,
 * so half as many threads do the work.
 */
function defaultThreads(): number {
  const cores = navigator.hardwareConcurrency;
  return cores <= 4 ? cores : Math.ceil(cores / 2);
}

function clampThreads(threads = defaultThreads()): number {
  return Math.min(MAX_THREADS, Math.max(1, threads));
}

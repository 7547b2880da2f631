import * as tf from '@tensorflow/tfjs-core';
import { obstacleToSharedMemory } from '../browser/shared-memory';
import type { KernelBuild } from './wasm/kernel-module';
import { KernelPool, usePool } from './wasm/kernel-pool';
import { MAX_THREADS } from './wasm/pool-control';
import { startTfjsModule } from './wasm/tfjs-module';

/** What runs once the WASM backend is up. */
export interface WasmStart {
  threads: number;
  /** Why it has this many threads, as a sentence. */
  reason: string;
}

let started: (WasmStart & { build: KernelBuild | undefined }) | undefined;

/**
 * Starts tfjs' WASM backend and the kernel pool over its heap; or starts both anew where the number of threads differs, and every tensor
 * is lost then. `build` is for tests and benchmarks.
 */
export async function startWasm(threads?: number, build?: KernelBuild): Promise<WasmStart> {
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new Error('This browser does not know WebAssembly SIMD; use a newer one.');
  const obstacle = obstacleToSharedMemory();
  const wanted = decideThreads(obstacle, threads);
  if (started?.threads !== wanted.threads || started.build !== build) {
    started = undefined;
    if (tf.findBackendFactory('wasm')) tf.removeBackend('wasm'); // the one before, or tfjs' own way to start it
    const { backend, heap } = await startTfjsModule(obstacle === undefined);
    tf.registerBackend('wasm', () => backend);
    usePool(await KernelPool.start(heap, wanted.threads, build));
    started = { ...wanted, build };
  }
  if (!(await tf.setBackend('wasm')))
    throw new Error('The WASM backend did not start; reload the page.');
  return started;
}

/** Above four, cores are mostly pairs that share one unit for arithmetic: half of them do the work. */
function defaultThreads(): number {
  const cores = navigator.hardwareConcurrency;
  return cores <= 4 ? cores : Math.ceil(cores / 2);
}

function decideThreads(obstacle: string | undefined, threads = defaultThreads()): WasmStart {
  if (obstacle) return { threads: 1, reason: `It has one thread, because ${obstacle}.` };
  return { threads: Math.min(MAX_THREADS, Math.max(1, threads)), reason: '' };
}

import * as tf from '@tensorflow/tfjs-core';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import threadedFactory from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';
import threadedSource from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?raw';

/** What runs once the WASM backend is up. */
export interface WasmStart {
  threads: number;
  /** Why it has this many threads, as a sentence. */
  reason: string;
}

// tfjs starts its threads from `var WasmBackendModuleThreadedSimd = ${factory}`. In a minified build that text refers to names outside of
// the function, and every thread dies: give it the file as it was published.
threadedFactory.toString = () => `undefined;\n${threadedSource}`;

/** tfjs forgets a backend's factory when the backend is removed: kept here, so it can be started anew. */
const startBackend = tf.findBackendFactory('wasm');

let started: WasmStart | undefined;

/** Starts tfjs' WASM backend, or starts it anew where the number of threads differs; every tensor on it is lost then. */
export async function startWasm(threads?: number): Promise<WasmStart> {
  const { wanted, reason } = await decideThreads(threads);
  if (started?.threads !== wanted) {
    if (started) tf.removeBackend('wasm');
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plainUrl,
      'tfjs-backend-wasm-simd.wasm': simdUrl,
      'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
    });
    setThreadsCount(wanted);
    if (!tf.findBackendFactory('wasm')) tf.registerBackend('wasm', startBackend, 2);
    if (!(await withCores(2 * wanted, () => tf.setBackend('wasm'))))
      throw new Error('The WASM backend did not start; reload the page.');
    started = { threads: Math.max(1, getThreadsCount()), reason };
  }
  await tf.setBackend('wasm');
  return started;
}

async function decideThreads(
  threads = navigator.hardwareConcurrency,
): Promise<{ wanted: number; reason: string }> {
  const one = (reason: string) => ({ wanted: 1, reason });
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    return one('One thread, because this browser lacks WebAssembly SIMD.');
  if (!crossOriginIsolated)
    return one(
      'One thread, because the page is not cross-origin isolated; serve it with COOP and COEP headers.',
    );
  if (!(await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')))
    return one('One thread, because this browser lacks WebAssembly threads.');
  return { wanted: Math.max(1, threads), reason: '' };
}

/**
 * Lets `run` see another number of cores. tfjs' thread pool takes half of the cores, whatever `setThreadsCount` says, so that two cores
 * would give one thread.
 */
async function withCores<Result>(cores: number, run: () => Promise<Result>): Promise<Result> {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores, configurable: true });
  try {
    return await run();
  } finally {
    Reflect.deleteProperty(navigator, 'hardwareConcurrency');
  }
}

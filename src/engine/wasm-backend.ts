import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import threadedSource from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?raw';
import threadWorker from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js';
import type { KernelBuild } from './wasm/kernel-module';
import { KernelPool, usePool, type KernelHeap } from './wasm/kernel-pool';
import { MAX_THREADS } from './wasm/pool-control';

/** What runs once the WASM backend is up. */
export interface WasmStart {
  threads: number;
  /** Why it has this many threads, as a sentence. */
  reason: string;
}

// tfjs gives each thread a script as a blob, which then loads the text of a function, minified or not, as another blob. The page's policy
// lets no blob be loaded as a script, and a minified function refers to names outside of it: so the first blob has all, as it was published.
// tfjs turns line feeds into escapes, but JavaScript takes carriage returns for line ends too.
threadWorker.wasmWorkerContents = [
  'self.importScripts = () => undefined;',
  threadedSource.replaceAll('\n', '\r'),
  `(() => { ${threadWorker.wasmWorkerContents} })();`,
].join('\r');

/** tfjs forgets a backend's factory when the backend is removed: kept here, so it can be started anew. */
const startBackend = tf.findBackendFactory('wasm');

let started: (WasmStart & { build: KernelBuild | undefined }) | undefined;

/**
 * Starts tfjs' WASM backend and the kernel pool over its heap; or starts both anew where the number of threads differs, and every tensor
 * is lost then. `build` is for tests and benchmarks.
 */
export async function startWasm(threads?: number, build?: KernelBuild): Promise<WasmStart> {
  const wanted = await decideThreads(threads);
  if (started?.threads !== wanted.threads || started.build !== build) {
    if (started) {
      started = undefined;
      tf.removeBackend('wasm');
      tf.registerBackend('wasm', startBackend);
    }
    const backend = await startTfjsWasm(1); // its own threads would only spin: all heavy work is in our kernels
    usePool(await KernelPool.start(heapOf(backend), wanted.threads, build));
    started = { ...wanted, build };
  }
  await tf.setBackend('wasm');
  return started;
}

/** tfjs' WASM backend as published, with so many threads of its own. */
export async function startTfjsWasm(threads: number): Promise<BackendWasm> {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainUrl,
    'tfjs-backend-wasm-simd.wasm': simdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
  });
  setThreadsCount(threads);
  const isUp = await withCores(2 * threads, () => tf.setBackend('wasm'));
  if (!isUp) throw new Error('The WASM backend did not start; reload the page.');
  const backend = tf.backend() as BackendWasm;
  refuseToOverflow(backend);
  return backend;
}

/** What tfjs' WASM module has beyond its published types. */
interface WasmModule {
  wasmMemory?: WebAssembly.Memory; // of the threaded build
  asm?: { memory: WebAssembly.Memory }; // of the other
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
}

function heapOf(backend: BackendWasm): KernelHeap {
  const module = backend.wasm as unknown as WasmModule;
  return {
    memory: module.wasmMemory ?? module.asm!.memory,
    allocate: (bytes) => module._malloc(bytes) >>> 0,
    free: (address) => module._free(address),
  };
}

/** Above four, cores are mostly pairs that share one unit for arithmetic: half of them do the work. */
function defaultThreads(): number {
  const cores = navigator.hardwareConcurrency;
  return cores <= 4 ? cores : Math.ceil(cores / 2);
}

async function decideThreads(threads = defaultThreads()): Promise<WasmStart> {
  const has = (feature: string) => tf.env().getAsync(feature);
  let missing = '';
  if (!(await has('WASM_HAS_SIMD_SUPPORT'))) missing = 'this browser lacks WebAssembly SIMD.';
  else if (!crossOriginIsolated)
    missing = 'the page is not cross-origin isolated; serve it with COOP and COEP headers.';
  else if (!(await has('WASM_HAS_MULTITHREAD_SUPPORT')))
    missing = 'this browser lacks WebAssembly threads.';
  if (missing) return { threads: 1, reason: `It has one thread, because ${missing}` };
  return { threads: Math.min(MAX_THREADS, Math.max(1, threads)), reason: '' };
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

/** tfjs does not look whether the heap had room, and would write a tensor over the heap's beginning. */
function refuseToOverflow(backend: BackendWasm): void {
  const module = backend.wasm as unknown as WasmModule;
  module._free(module._malloc(1)); // an export of emscripten replaces itself at its first call
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const offset = allocate(bytes);
    if (offset === 0 && bytes > 0) {
      throw new Error(
        `The WASM heap has no room for ${bytes} more bytes; choose a smaller encoder, window or batch.`,
      );
    }
    return offset;
  };
}

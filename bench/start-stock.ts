import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';

const paths = {
  'tfjs-backend-wasm.wasm': plainUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
  'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
};

/** Starts tfjs' WASM backend as published, with so many threads of its own. */
export async function startTfjsWasm(threads: number): Promise<BackendWasm> {
  setWasmPaths(paths);
  setThreadsCount(threads);
  // tfjs' thread pool takes half of the cores, whatever `setThreadsCount` says.
  Object.defineProperty(navigator, 'hardwareConcurrency', {
    value: 2 * threads,
    configurable: true,
  });
  await tf.setBackend('wasm');
  Reflect.deleteProperty(navigator, 'hardwareConcurrency');
  return tf.backend() as BackendWasm;
}

/** Starts tfjs-wasm with its own defaults; only the kernel without which no embedding trains is added. */
export async function startStock(): Promise<void> {
  setWasmPaths(paths);
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend: anyBackend }) => {
      const backend = anyBackend as BackendWasm;
      const x = inputs['x']!;
      const { numSegments } = attrs as unknown as { numSegments: number };
      const output = backend.makeOutput([numSegments, ...x.shape.slice(1)], 'float32');
      const sums = backend.typedArrayFromHeap(output).fill(0);
      const values = backend.typedArrayFromHeap(x);
      const ids = backend.typedArrayFromHeap(inputs['segmentIds']!);
      const width = values.length / ids.length;
      for (let row = 0; row < ids.length; row++) {
        for (let i = 0; i < width; i++) sums[ids[row]! * width + i]! += values[row * width + i]!;
      }
      return output;
    },
  });
  await tf.setBackend('wasm');
}

/** Returns the WASM heap, which is another object after it has grown; tfjs' own HEAPU8 lags behind when another thread grew it. */
export function wasmHeap(backend: BackendWasm): ArrayBufferLike {
  const { wasmMemory, HEAPU8 } = backend.wasm as unknown as {
    wasmMemory?: WebAssembly.Memory; // of the threaded build only
    HEAPU8: Uint8Array;
  };
  return wasmMemory?.buffer ?? HEAPU8.buffer;
}

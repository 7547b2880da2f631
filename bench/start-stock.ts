import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';

const paths = {
  'tfjs-backend-wasm.wasm': plainUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
  'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
};

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

/** Gives the heap of the backend that runs. It is another object after it has grown, and tfjs' own HEAPU8 lags behind when another thread grew it. */
export function stockHeap(): ArrayBufferLike {
  const { wasmMemory, HEAPU8 } = (tf.backend() as BackendWasm).wasm as unknown as {
    wasmMemory?: WebAssembly.Memory; // of the threaded build only
    HEAPU8: Uint8Array;
  };
  return wasmMemory?.buffer ?? HEAPU8.buffer;
}

import * as tf from '@tensorflow/tfjs-core';
import { PROCESSOR_TRAITS, type Engine } from '../engine';

/** Makes the engine of tfjs' WASM backend, whose tensors lie in this memory. */
export function createWasmEngine(memory: WebAssembly.Memory): Engine {
  return {
    name: 'wasm',
    traits: PROCESSOR_TRAITS,
    measureMemory() {
      const { numBytes, numTensors } = tf.memory();
      return { bytes: memory.buffer.byteLength, tensorBytes: numBytes, tensors: numTensors };
    },
    releaseUnusedMemory() {
      // a heap never shrinks
    },
  };
}

import * as tf from '@tensorflow/tfjs-core';
import { PROCESSOR_TRAITS, type Engine } from '../engine';

/** The engine of tfjs' plain JavaScript backend. */
export const cpuEngine: Engine = {
  name: 'cpu',
  traits: PROCESSOR_TRAITS,
  measureMemory() {
    const { numBytes, numTensors } = tf.memory();
    return { bytes: numBytes, tensorBytes: numBytes, tensors: numTensors };
  },
  releaseUnusedMemory() {
    // the garbage collector's work
  },
};

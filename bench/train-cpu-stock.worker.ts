import * as tf from '@tensorflow/tfjs-core';
import { getThreadsCount, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { startStock, wasmHeap } from './start-stock';
import { StockTrainer } from './stock-bert';
import { randomWeights, serve } from './train-cpu-messages';

let trainer: StockTrainer;

serve({
  async start({ config }) {
    await startStock();
    trainer = new StockTrainer(config, randomWeights(config));
  },
  async step({ batch }) {
    const started = performance.now();
    const loss = await trainer.step(batch, 5e-5);
    const ms = performance.now() - started;
    const heapBytes = wasmHeap(tf.backend() as BackendWasm).byteLength;
    return { ms, loss, threads: getThreadsCount(), heapBytes };
  },
});

import * as tf from '@tensorflow/tfjs-core';
import { getThreadsCount, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { startStock, StockTrainer } from './stock-bert';
import { miniLm, randomWeights, type StepReply, type StepRequest } from './train-step-messages';

const starting = startStock().then(() => new StockTrainer(miniLm, randomWeights(miniLm)));

onmessage = async ({ data }: MessageEvent<StepRequest>) => {
  const trainer = await starting;
  const started = performance.now();
  const loss = await trainer.step(data.batch, 5e-5);
  const { wasm } = tf.backend() as unknown as {
    wasm: { HEAPU8: Uint8Array } & BackendWasm['wasm'];
  };
  const reply: StepReply = {
    ms: performance.now() - started,
    loss,
    threads: getThreadsCount(),
    heapBytes: wasm.HEAPU8.byteLength,
  };
  postMessage(reply);
};

import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { startTfjsWasm } from './start-stock';
import { serve } from './train-cpu-messages';
import { StudioTrainer } from './train-cpu-trainer';
import { wasmHeap } from './whole-path-engine/host-kernel';
import { registerWholePathEngine } from './whole-path-engine/register';

let trainer: StudioTrainer;

serve({
  async start({ config, threads }) {
    registerWholePathEngine();
    const backend = await startTfjsWasm(threads);
    trainer = new StudioTrainer(config, () => wasmHeap(backend).byteLength);
  },
  step: async (request) => ({ ...(await trainer.step(request)), threads: getThreadsCount() }),
});

import { selectBackend } from '../src/engine/start-engine';
import { serve } from './train-cpu-messages';
import { StudioTrainer } from './train-cpu-trainer';

let trainer: StudioTrainer;
let threads: number;

serve({
  async start(request) {
    ({ threads } = await selectBackend('wasm', { threads: request.threads }));
    trainer = await StudioTrainer.create(request);
  },
  step: async (request) => ({ ...(await trainer.step(request)), threads }),
});

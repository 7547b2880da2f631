import type { JaxTrainer } from './jax-bert';
import { startJax, type JaxStart } from './start-jax';
import { randomWeights, serve } from './train-cpu-messages';

let trainer: JaxTrainer;
let started: JaxStart;

serve({
  async start({ config, threads }) {
    started = startJax(threads);
    const { JaxTrainer } = await import('./jax-bert');
    trainer = new JaxTrainer(config, randomWeights(config), 5e-5);
  },
  // The whole batch at once: it has no accumulation.
  async step({ batch }) {
    const start = performance.now();
    const loss = await trainer.step(batch);
    const ms = performance.now() - start;
    return { ms, loss, threads: started.threads(), heapBytes: started.heapBytes() };
  },
});

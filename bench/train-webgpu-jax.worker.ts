import type { JaxTrainer } from './jax-bert';
import { randomWeights } from './train-cpu-messages';
import { serveGpu, watchDevice } from './train-webgpu-messages';

const seen = watchDevice();
let trainer: JaxTrainer;

serveGpu({
  async start({ config }) {
    const { defaultDevice, init } = await import('@jax-js/jax');
    if (!(await init('webgpu')).includes('webgpu')) throw new Error('jax-js found no WebGPU.');
    defaultDevice('webgpu');
    const { JaxTrainer } = await import('./jax-bert');
    trainer = new JaxTrainer(config, randomWeights(config), 5e-5);
  },
  async step(batch) {
    const before = seen.dispatches;
    const started = performance.now();
    const loss = await trainer.step(batch);
    const ms = performance.now() - started;
    return { ms, loss, gpuBytes: seen.bytes, dispatches: seen.dispatches - before };
  },
});

import { instantiateKernels } from './kernel-module';
import { PoolControl } from './pool-control';

/** What a thread starts with. */
export interface ThreadStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  board: ArrayBufferLike;
  thread: number;
}

onmessage = ({ data }: MessageEvent<ThreadStart>) => {
  const kernels = instantiateKernels(data.module, data.memory);
  const control = new PoolControl(data.board);
  postMessage('ready');
  control.serve(kernels, data.thread);
  close();
};

import { instantiateKernels } from '../kernel-module';
import { PoolControl } from './pool-control';

/** What a thread starts with. */
export interface ThreadStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  board: ArrayBufferLike;
  thread: number;
}

/** A thread is told its start by who made it, or by a port that it was given: then another worker needs it. */
onmessage = ({ data, ports: [port] }: MessageEvent<ThreadStart>) => {
  if (!port) begin(data, () => postMessage('ready'));
  else
    port.onmessage = (event: MessageEvent<ThreadStart>) =>
      begin(event.data, () => port.postMessage('ready'));
};

function begin(start: ThreadStart, tellReady: () => void): void {
  const kernels = instantiateKernels(start.module, start.memory);
  const control = new PoolControl(start.board);
  tellReady();
  control.serve(kernels, start.thread);
  close();
}

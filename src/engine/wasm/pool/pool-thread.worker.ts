import { instantiateKernels } from '../kernel-module';
import { PoolControl } from './pool-control';

/** First message to a thread: all that it needs. */
export interface ThreadStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  board: ArrayBufferLike;
  thread: number;
}

/** Takes the first message from the maker of this thread, or from the port that the maker passed on for another worker. */
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

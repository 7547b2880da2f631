import { proxy, wrap, type Remote } from 'comlink';
import type { DataCalls } from './data-calls';
import type { InferCalls } from './infer-calls';
import type { TrainCalls } from './train-calls';

/** A worker and its calls. A call that fails rejects with the worker's error message. */
export interface Connection<Calls> {
  calls: Remote<Calls>;
  /** Ends the worker at once; calls in flight never settle, so only use it when nothing waits. */
  terminate(): void;
}

/** Called when a worker cannot start or dies of an uncaught error: its calls will not settle any more. */
export type OnFailure = (message: string) => void;

/** Starts `data.worker`: corpora, encoders, tokenization. */
export function connectDataWorker(onFailure: OnFailure): Connection<DataCalls> {
  return connect(
    new Worker(new URL('../../workers/data.worker.ts', import.meta.url), {
      type: 'module',
      name: 'data',
    }),
    onFailure,
  );
}

/** Starts `train.worker`: runs, evaluation, export. */
export function connectTrainWorker(onFailure: OnFailure): Connection<TrainCalls> {
  return connect(
    new Worker(new URL('../../workers/train.worker.ts', import.meta.url), {
      type: 'module',
      name: 'train',
    }),
    onFailure,
  );
}

/** Starts `infer.worker`: onnxruntime-web. */
export function connectInferWorker(onFailure: OnFailure): Connection<InferCalls> {
  return connect(
    new Worker(new URL('../../workers/infer.worker.ts', import.meta.url), {
      type: 'module',
      name: 'infer',
    }),
    onFailure,
  );
}

function connect<Calls>(worker: Worker, onFailure: OnFailure): Connection<Calls> {
  worker.addEventListener('error', (event) => {
    onFailure(event.message || 'The worker could not start; reload the page.');
  });
  return { calls: wrap<Calls>(worker), terminate: () => worker.terminate() };
}

/** A function as an argument of a call: it runs on this side when the worker calls it. */
export function proxied<Callback extends (...values: never[]) => unknown>(
  callback: Callback,
): Callback {
  return proxy(callback);
}

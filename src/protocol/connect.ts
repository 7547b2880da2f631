import { proxy, wrap, type Remote } from 'comlink';
import { Failure } from '../messages/failure';
import type { DataCalls } from './data-calls';
import type { InferCalls } from './infer-calls';
import { PendingCalls } from './pending-calls';
import { Pulse, PULSE_LIMITS, type PulseHooks, type PulseLimits } from './pulse';
import { isThreadRequest, type ThreadRequest } from './thread-request';
import type { TrainCalls } from './train-calls';

export type WorkerName = 'data' | 'train' | 'infer';

/** An event in a worker's life, apart from its answers. */
export type WorkerNews =
  /** The worker has not answered for so long; calls still wait, for it may be in one long step. */
  | { kind: 'silent'; worker: WorkerName; silentMs: number }
  | { kind: 'answers'; worker: WorkerName }
  /** The worker fell silent while it was starting: another takes its place and its calls. */
  | { kind: 'restarted'; worker: WorkerName; silentMs: number }
  /** The worker could not start, died, or was given up: its calls were rejected, and so is every later one. `reason` begins with "it". */
  | { kind: 'ended'; worker: WorkerName; reason: string }
  /** The worker threw an error that nothing caught, or a message could not be read; it continues. */
  | { kind: 'failed'; worker: WorkerName; reason: string };

export type OnWorkerNews = (news: WorkerNews) => void;

/** A worker and its calls. A call that fails rejects with the worker's error message; once the worker has ended, every call rejects. */
export interface Connection<Calls> {
  calls: Remote<Calls>;
  /** Ends the worker at once; calls in flight reject. */
  terminate(): void;
}

/** Way out where a worker can answer no more. */
const RELOAD = 'Reload the page to start it again; what is stored stays.';

/** Starts `data.worker`: corpora, encoders, tokenization. */
export function connectDataWorker(onNews: OnWorkerNews): Connection<DataCalls> {
  return connect(
    () =>
      new Worker(new URL('../../workers/data.worker.ts', import.meta.url), {
        type: 'module',
        name: 'data',
      }),
    'data',
    onNews,
  );
}

/** Starts `train.worker`: runs, evaluation, export. Its first call starts the backend, where browsers have been seen to hang. */
export function connectTrainWorker(onNews: OnWorkerNews): Connection<TrainCalls> {
  return connect(
    () =>
      new Worker(new URL('../../workers/train.worker.ts', import.meta.url), {
        type: 'module',
        name: 'train',
      }),
    'train',
    onNews,
    { startsAnewIn: FIRST_CALL },
  );
}

/** Starts `infer.worker`: onnxruntime-web. Loading a model starts the runtime's threads, where browsers have been seen to hang. */
export function connectInferWorker(onNews: OnWorkerNews): Connection<InferCalls> {
  return connect(
    () =>
      new Worker(new URL('../../workers/infer.worker.ts', import.meta.url), {
        type: 'module',
        name: 'infer',
      }),
    'infer',
    onNews,
    { startsAnewIn: 'loadModel' },
  );
}

/** Stands for whichever call comes first. */
export const FIRST_CALL = Symbol('the first call');

export interface ConnectOptions {
  limits?: PulseLimits;
  /** Call in which a worker that falls silent is ended and started anew, once; absent, it is waited for. */
  startsAnewIn?: typeof FIRST_CALL | string;
}

/** Starts a worker that calls `serve`, connects it, and reports what happens to it. */
export function connect<Calls>(
  start: () => Worker,
  name: WorkerName,
  onNews: OnWorkerNews,
  { limits = PULSE_LIMITS, startsAnewIn }: ConnectOptions = {},
): Connection<Calls> {
  const pending = new PendingCalls();
  let stop: () => void = () => undefined;

  const open = (mayStartAnew: boolean) => {
    const worker = start();
    const threads: Worker[] = [];
    worker.addEventListener('message', ({ data }) => {
      if (isThreadRequest(data)) threads.push(lendThread(data));
    });
    stop = () => {
      worker.terminate();
      for (const thread of threads) thread.terminate();
      pulse.stop();
    };
    const end = (reason: string) => {
      stop();
      pending.end(new Failure(`The ${name} worker is gone: ${reason}.`, RELOAD));
      onNews({ kind: 'ended', worker: name, reason });
    };
    const miss = () => {
      const reason = `A message to or from the ${name} worker could not be read`;
      pending.reject(new Failure(`${reason}.`, RELOAD));
      onNews({ kind: 'failed', worker: name, reason });
    };
    const beSilent = (silentMs: number) => {
      const isStarting =
        startsAnewIn === FIRST_CALL ? !pending.firstIsAnswered : pending.oldest === startsAnewIn;
      if (!mayStartAnew || !isStarting) {
        onNews({ kind: 'silent', worker: name, silentMs });
        return;
      }
      stop();
      onNews({ kind: 'restarted', worker: name, silentMs });
      open(false);
    };
    const hooks: PulseHooks = {
      onSilent: beSilent,
      onAnswer: () => onNews({ kind: 'answers', worker: name }),
      onLost: (silentMs) =>
        end(`it did not answer for ${Math.round(silentMs / 1000)} seconds and was ended`),
      onEnd: () => end('it ended by itself; the browser may have run out of memory'),
      onUnreadable: miss,
    };
    const pulse = new Pulse(worker, hooks, limits);
    worker.addEventListener('messageerror', miss);
    worker.addEventListener('error', ({ message }) => {
      if (pulse.lives) onNews({ kind: 'failed', worker: name, reason: message });
      else end(`it could not start${message ? `: ${message}` : ''}`);
    });
    pending.sendTo(wrap(worker));
  };

  open(startsAnewIn !== undefined);
  return {
    calls: pending.calls<Remote<Calls>>(),
    terminate() {
      stop();
      pending.end(new Failure(`The ${name} worker was ended.`, RELOAD));
    },
  };
}

/** Makes the thread that a worker asks for; it ends when its pool does, and with the worker at the latest. */
function lendThread({ threadPort }: ThreadRequest): Worker {
  const thread = new Worker(new URL('../../workers/thread.worker.ts', import.meta.url), {
    type: 'module',
    name: 'thread',
  });
  thread.postMessage(undefined, [threadPort]);
  return thread;
}

/** Wraps a function so that it can be an argument of a call: it runs on the page when the worker calls it. */
export function proxied<Callback extends (...values: never[]) => unknown>(
  callback: Callback,
): Callback {
  return proxy(callback);
}

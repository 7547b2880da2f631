import * as Comlink from 'comlink';
import type { RunEvent } from '../../../src/protocol/train-calls';
import type { KillRunCalls, Remains, RunOutcome } from './kill-run.worker';
import KillRunWorker from './kill-run.worker?worker';

declare global {
  /** Hears of every checkpoint that was stored. */
  function acknowledge(step: number): void;
  /** Hears of every one that the disk had no room for. */
  function lament(reason: string): void;
}

let worker: Worker;
let calls: Comlink.Remote<KillRunCalls>;
let outcome: RunOutcome | undefined;
let failure: string | undefined;

/** Calls of the kill test to its page; the worker does the work. */
const killRunPage = {
  /** A fresh worker. */
  open(): void {
    worker = new KillRunWorker();
    calls = Comlink.wrap<KillRunCalls>(worker);
  },

  prepare: (...args: Parameters<KillRunCalls['prepare']>) => calls.prepare(...args),

  inspect: (): Promise<Remains | undefined> => calls.inspect(),

  /** Looks at what is stored while the run goes on in its worker. */
  async inspectBeside(): Promise<Remains | undefined> {
    const beside = new KillRunWorker();
    try {
      return await Comlink.wrap<KillRunCalls>(beside).inspect();
    } finally {
      beside.terminate();
    }
  },

  /** Begins or continues a run; resolves at its first event from the loop. */
  train(
    what: { corpusId: string; encoderId: string },
    everyMs: number,
    runId?: string,
  ): Promise<void> {
    outcome = failure = undefined;
    return new Promise((resolve, reject) => {
      const onEvent = Comlink.proxy((event: RunEvent) => {
        if (event.kind === 'checkpoint') acknowledge(event.step);
        if (event.kind === 'checkpoint-failed') lament(event.reason);
        if (event.kind === 'step' || event.kind === 'resumed' || event.kind === 'done') resolve();
      });
      calls.train(what, everyMs, onEvent, runId).then(
        (ended) => (outcome = ended),
        (error: unknown) => {
          failure = String(error);
          reject(new Error(failure));
        },
      );
    });
  },

  /** How the run ended, if it has. @throws where it failed. */
  ended(): RunOutcome | undefined {
    if (failure !== undefined) throw new Error(failure);
    return outcome;
  },

  killWorker: () => worker.terminate(),
};

export type KillRunPage = typeof killRunPage;

Object.assign(globalThis, { killRunPage });

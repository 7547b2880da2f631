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

/** Bytes that are written to fill the disk: the most that is made at random at once, and so little that no checkpoint has room then. */
const MOST_FILLED = 65_536;
const LEAST_FILLED = 4096;

/** Opens a database of its own. */
function openFiller(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('filler');
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore('bytes', { autoIncrement: true });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(new Error(String(opening.error)));
  });
}

/** Stores bytes. @returns whether there was room. */
function addTo(database: IDBDatabase, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const transaction = database.transaction('bytes', 'readwrite');
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => resolve(false);
    transaction.objectStore('bytes').add(bytes);
  });
}

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

  /** Fills the disk, and takes whatever is freed on it from then on; resolves once it is full for the first time. */
  async fillDisk(): Promise<void> {
    const filler = await openFiller();
    let chunk = MOST_FILLED;
    await new Promise<void>((resolve) => {
      const fill = async () => {
        const isStored = await addTo(filler, crypto.getRandomValues(new Uint8Array(chunk)));
        if (!isStored && chunk === LEAST_FILLED) resolve();
        chunk = isStored ? MOST_FILLED : Math.max(LEAST_FILLED, chunk / 4);
        setTimeout(() => void fill());
      };
      void fill();
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

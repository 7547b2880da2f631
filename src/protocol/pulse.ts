import { withLock } from '../browser/locks';
import { lockManager } from '../browser/offered';
import { createId } from '../storage/ids';

/** A message that the page sends a worker once, before any call: the port to answer at, and the lock to hold for as long as it lives. */
export interface PulseRequest {
  readonly pulse: MessagePort;
  readonly lock: string;
}

/** An answer of the worker: it is there, it holds the lock, or it could not read a message. */
export type PulseAnswer = 'here' | 'locked' | 'unreadable';

export function isPulseRequest(data: unknown): data is PulseRequest {
  return typeof data === 'object' && data !== null && 'pulse' in data && 'lock' in data;
}

/** Takes the lock and answers every beat, in the worker, as soon as it is not busy. Without Web Locks only silence tells its end. */
export function answerPulse({ pulse, lock }: PulseRequest): void {
  const answer = (word: PulseAnswer) => pulse.postMessage(word);
  const forever = new Promise<never>(() => undefined);
  void lockManager()?.request(lock, () => {
    answer('locked');
    return forever; // however a worker ends, the browser takes its locks
  });
  answer('here');
  pulse.addEventListener('message', () => answer('here'));
  pulse.start();
  globalThis.addEventListener('messageerror', () => answer('unreadable'));
}

/** Time between two beats. */
const BEAT_MS = 1000;

export interface PulseLimits {
  /** Milliseconds without an answer after which a worker counts as silent. */
  silentAfterMs: number;
  /** Milliseconds without an answer after which a worker is given up, so that no call waits forever. */
  lostAfterMs: number;
}

/** Limits that hold on slow machines: few steps keep a worker busy for as long as the first, and none for as long as the second. */
export const PULSE_LIMITS: PulseLimits = { silentAfterMs: 12_000, lostAfterMs: 300_000 };

export interface PulseHooks {
  /** Hears that the worker has not answered for so long: it hangs, or is in one long step. */
  onSilent(silentMs: number): void;
  /** Hears that it answers again. */
  onAnswer(): void;
  /** Hears that it has not answered for so long that nobody should wait any more. */
  onLost(silentMs: number): void;
  /** Hears that it has ended. */
  onEnd(): void;
  /** Hears that it could not read a message, so that a call in flight will not be answered. */
  onUnreadable(): void;
}

/** Asks a worker every second whether it is there, from the page, until `stop`. */
export class Pulse {
  readonly #port: MessagePort;
  readonly #hooks: PulseHooks;
  readonly #limits: PulseLimits;
  readonly #lock = `tagwerk-worker-${createId()}`;
  readonly #stopping = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #asked = performance.now();
  #waitsForAnswer = true;
  #silentMs = 0;
  #lives = false;

  constructor(worker: Worker, hooks: PulseHooks, limits: PulseLimits = PULSE_LIMITS) {
    this.#hooks = hooks;
    this.#limits = limits;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.addEventListener('message', ({ data }) => this.#hear(data as PulseAnswer));
    port1.start();
    worker.postMessage({ pulse: port2, lock: this.#lock } satisfies PulseRequest, [port2]);
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** Tells whether the worker has ever answered. */
  get lives(): boolean {
    return this.#lives;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
    this.#port.close();
  }

  #beat(): void {
    const now = performance.now();
    // A page that slept or was busy could not hear an answer: such a gap counts as two beats at most.
    const passedMs = Math.min(now - this.#asked, 2 * BEAT_MS);
    this.#asked = now;
    if (!this.#waitsForAnswer) {
      this.#waitsForAnswer = true;
      this.#port.postMessage('there?');
      return;
    }
    const before = this.#silentMs;
    this.#silentMs += passedMs;
    const passes = (limitMs: number) => before < limitMs && this.#silentMs >= limitMs;
    if (passes(this.#limits.silentAfterMs)) this.#hooks.onSilent(this.#silentMs);
    if (passes(this.#limits.lostAfterMs)) this.#hooks.onLost(this.#silentMs);
  }

  #hear(answer: PulseAnswer): void {
    if (answer === 'unreadable') {
      this.#hooks.onUnreadable();
      return;
    }
    const wasSilent = this.#silentMs >= this.#limits.silentAfterMs;
    this.#waitsForAnswer = false;
    this.#silentMs = 0;
    if (wasSilent) this.#hooks.onAnswer();
    this.#lives = true;
    if (answer === 'locked') void this.#waitForEnd();
  }

  /** Waits for the lock that the worker holds: it is granted once the worker has ended. */
  async #waitForEnd(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await withLock(this.#lock, { signal }, () => this.#hooks.onEnd());
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

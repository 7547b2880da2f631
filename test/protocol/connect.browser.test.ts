import { describe, test, type TestContext } from 'vitest';
import {
  connect,
  FIRST_CALL,
  proxied,
  type Connection,
  type ConnectOptions,
  type WorkerNews,
} from '../../src/protocol/connect';
import { PULSE_LIMITS } from '../../src/protocol/pulse';
import { WorkerHealth } from '../../src/studio/page/worker-health.svelte';
import type { TroubledCalls } from './troubled.worker';

interface Watched extends Connection<TroubledCalls> {
  worker: Worker;
  /** All that were started. */
  workers: Worker[];
  news: WorkerNews[];
  health: WorkerHealth;
  /** Waits for news of a kind and gives the seconds since the connection was made. */
  hears: (kind: WorkerNews['kind'], withinMs: number) => Promise<WorkerNews>;
}

function connectTroubled(
  { expect, onTestFinished }: TestContext,
  address = new URL('./troubled.worker.ts', import.meta.url),
  limits = PULSE_LIMITS,
  startsAnewIn?: ConnectOptions['startsAnewIn'],
): Watched {
  const workers: Worker[] = [];
  const start = () => {
    const worker = new Worker(address, { type: 'module' });
    workers.push(worker);
    return worker;
  };
  const news: WorkerNews[] = [];
  const health = new WorkerHealth();
  const connection = connect<TroubledCalls>(
    start,
    'train',
    (each) => {
      news.push(each);
      health.hear(each);
    },
    { limits, ...(startsAnewIn === undefined ? {} : { startsAnewIn }) },
  );
  onTestFinished(() => connection.terminate());
  const hears = async (kind: WorkerNews['kind'], withinMs: number) => {
    await expect
      .poll(() => news.map((each) => each.kind), { timeout: withinMs, interval: 50 })
      .toContain(kind);
    return news.find((each) => each.kind === kind)!;
  };
  return { ...connection, worker: workers[0]!, workers, news, health, hears };
}

/** The lock that tells of a worker's end is taken a moment after it starts; one that dies sooner is told of as silent. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 500));

// They are concurrent because most of their time is a wait for silence.
test.concurrent('calls are answered, and a worker that answers is no news', async (context) => {
  const { expect } = context;
  const { calls, news, health } = connectTroubled(context);
  expect(await calls.add(2, 3)).toBe(5);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await calls.add(20, 3)).toBe(23);
  expect(news).toEqual([]);
  expect(health.trouble).toBeUndefined();
});

test.concurrent(
  'the way out of an error reaches the caller, with its name and message',
  async (context) => {
    const { expect } = context;
    const { calls } = connectTroubled(context);
    const failed = (work: Promise<unknown>) => work.catch((error: unknown) => error);
    const told = {
      name: 'Failure',
      message: 'a.conll: the file is empty.',
      wayOut: 'Drop another.',
    };
    expect(await failed(calls.fail('Drop another.'))).toMatchObject(told);
    const plain = await failed(calls.fail());
    expect(plain).toMatchObject({ name: 'RangeError', message: told.message });
    expect(plain).not.toHaveProperty('wayOut');
  },
);

describe.concurrent('a worker that dies', () => {
  test('is noticed, its calls reject, and so does every later one', async (context) => {
    const { expect } = context;
    const { calls, hears, health } = connectTroubled(context);
    await calls.add(1, 1);
    await aMoment();
    const waiting = calls.never();
    const dying = calls.die();
    waiting.catch(() => undefined);
    dying.catch(() => undefined);
    await hears('ended', 15_000);
    await expect(waiting).rejects.toThrow('The train worker is gone: it ended by itself');
    await expect(dying).rejects.toThrow('The train worker is gone: it ended by itself');
    await expect(calls.add(1, 1)).rejects.toThrow('The train worker is gone: it ended by itself');
    expect(health.trouble?.what).toMatch(/^The worker that trains is gone: it ended by itself/u);
    expect(health.trouble?.next).toMatch(/Reload the page.*from its last checkpoint\.$/u);
  });

  test('is noticed when it is ended from outside', async (context) => {
    const { expect } = context;
    const { calls, worker, hears } = connectTroubled(context);
    await calls.add(1, 1);
    await aMoment();
    const waiting = expect(calls.never()).rejects.toThrow(
      'The train worker is gone: it ended by itself',
    );
    worker.terminate();
    await hears('ended', 15_000);
    await waiting;
  });

  test('is noticed when its script cannot be loaded', async (context) => {
    const { expect } = context;
    const { calls, hears } = connectTroubled(
      context,
      new URL('./absent.worker.ts', import.meta.url),
    );
    const waiting = expect(calls.add(1, 1)).rejects.toThrow(
      'The train worker is gone: it could not start',
    );
    await hears('ended', 15_000);
    await waiting;
  });
});

test.concurrent(
  'a worker that hangs is told of within 15 s, and withdrawn when it answers again',
  async (context) => {
    const { expect } = context;
    const { calls, hears, health, news } = connectTroubled(context);
    await calls.add(1, 1);
    const began = performance.now();
    const hanging = calls.hangFor(18_000);
    await hears('silent', 15_000);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(health.trouble?.what).toMatch(/^The worker that trains does not answer/u);
    expect(health.trouble?.next).toMatch(/reload the page.*from its last checkpoint\.$/u);
    await hears('answers', 15_000);
    await hanging; // it was late, not lost
    expect(health.trouble).toBeUndefined();
    expect(await calls.add(4, 4)).toBe(8);
    expect(news.map(({ kind }) => kind)).toEqual(['silent', 'answers']);
  },
);

test.concurrent(
  'a worker that hangs for good is given up, so that nothing waits forever',
  async (context) => {
    const { expect } = context;
    const limits = { silentAfterMs: 1000, lostAfterMs: 4000 };
    const { calls, hears, health } = connectTroubled(context, undefined, limits);
    await calls.add(1, 1);
    const hanging = expect(calls.hangFor(Infinity)).rejects.toThrow(
      /did not answer for [4-6] seconds/u,
    );
    await hears('ended', 15_000);
    await hanging;
    expect(health.trouble?.what).toMatch(/did not answer for [4-6] seconds and was ended\.$/u);
  },
);

describe.concurrent('a worker that is silent before it has answered its first call', () => {
  const limits = { silentAfterMs: 2000, lostAfterMs: 5000 };
  /** Workers of one life block in `begin`, one after the other, until so many of them have. */
  const blocking = (times: number) => {
    const life = `blocked-${crypto.randomUUID()}`;
    return { life, times };
  };

  test('is started anew once, and the calls that wait are answered by the second, functions included', async (context) => {
    const { expect } = context;
    const { calls, workers, news, health } = connectTroubled(
      context,
      undefined,
      limits,
      FIRST_CALL,
    );
    const { life, times } = blocking(1);
    const stages: string[] = [];
    const beginning = calls.begin(
      life,
      times,
      proxied((stage: string) => stages.push(stage)),
    );
    const adding = calls.add(2, 5);
    expect(await beginning).toBe('begun');
    expect(await adding).toBe(7);
    expect(stages).toEqual(['about to block', 'past the block']);
    expect(workers).toHaveLength(2);
    expect(news.map(({ kind }) => kind)).toEqual(['restarted']);
    expect(health.trouble).toBeUndefined();
    expect(health.mended.join()).toMatch(
      /^The worker that trains was restarted: the first one did not answer for [2-4] seconds\.$/u,
    );
  });

  test('is told of with the stage of its start where the second is silent too, and never started a third time', async (context) => {
    const { expect } = context;
    const { calls, workers, hears, health } = connectTroubled(
      context,
      undefined,
      limits,
      FIRST_CALL,
    );
    const { life, times } = blocking(2);
    const beginning = calls.begin(
      life,
      times,
      proxied((stage: string) => (health.startStage = stage)),
    );
    const rejected = expect(beginning).rejects.toThrow(/did not answer for \d+ seconds/u);
    await hears('silent', 10_000);
    expect(health.trouble?.what).toMatch(
      /does not answer and has been silent for [2-4] seconds, although it was restarted\. It is starting, at “about to block”\.$/u,
    );
    expect(health.trouble?.next).toContain('or open it with ?threads=1');
    await hears('ended', 15_000);
    await rejected;
    expect(workers).toHaveLength(2);
  });

  test('is not started anew once it has answered', async (context) => {
    const { expect } = context;
    const { calls, workers, hears, news } = connectTroubled(context, undefined, limits, FIRST_CALL);
    expect(await calls.add(1, 1)).toBe(2);
    const hanging = calls.hangFor(4000);
    await hears('silent', 10_000);
    await hanging;
    await hears('answers', 10_000);
    expect(workers).toHaveLength(1);
    expect(news.map(({ kind }) => kind)).toEqual(['silent', 'answers']);
  });
});

test.concurrent(
  'a worker that is silent in the call that starts its runtime is started anew once, whatever it answered before',
  async (context) => {
    const { expect } = context;
    const limits = { silentAfterMs: 2000, lostAfterMs: 9000 };
    const { calls, workers, hears, news } = connectTroubled(context, undefined, limits, 'begin');
    expect(await calls.add(1, 1)).toBe(2);
    const life = `blocked-${crypto.randomUUID()}`;
    const beginning = calls.begin(
      life,
      1,
      proxied(() => undefined),
    );
    expect(await beginning).toBe('begun');
    expect(workers).toHaveLength(2);
    await calls.hangFor(4000); // another call
    await hears('answers', 10_000);
    expect(workers).toHaveLength(2);
    expect(news.map(({ kind }) => kind)).toEqual(['restarted', 'silent', 'answers']);
  },
);

test.concurrent('an error that nothing caught is told, and the worker goes on', async (context) => {
  const { expect } = context;
  const { calls, hears } = connectTroubled(context);
  await calls.throwUncaught();
  const news = await hears('failed', 15_000);
  expect(news).toMatchObject({ worker: 'train', reason: 'Uncaught Error: nobody catches this' });
  expect(await calls.add(1, 1)).toBe(2);
});

test.concurrent('a message that cannot be read rejects what waits', async (context) => {
  const { expect } = context;
  const { calls, worker, hears } = connectTroubled(context);
  await calls.add(1, 1);
  const waiting = expect(calls.never()).rejects.toThrow('could not be read');
  worker.dispatchEvent(new MessageEvent('messageerror'));
  await hears('failed', 15_000);
  await waiting;
  expect(await calls.add(1, 1)).toBe(2);
});

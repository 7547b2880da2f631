import { describe, expect, test } from 'vitest';
import { OwnLocks } from '../../src/browser/own-locks';

/** A promise to be settled from outside. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('locks of our own', () => {
  test('exclude each other under one name, in the order of the requests, and give what was made under them', async () => {
    const locks = new OwnLocks();
    const order: string[] = [];
    const { opened, open } = gate();
    const first = locks.request('a', {}, async () => {
      order.push('first begins');
      await opened;
      order.push('first ends');
      return 1;
    });
    const second = locks.request('a', {}, () => order.push('second'));
    const other = locks.request('b', {}, () => order.push('other name'));
    await other;
    await pause();
    expect(order).toEqual(['first begins', 'other name']);
    open();
    expect(await first).toBe(1);
    await second;
    expect(order).toEqual(['first begins', 'other name', 'first ends', 'second']);
  });

  test('are shared by those who ask to share, and an exclusive one waits for all of them', async () => {
    const locks = new OwnLocks();
    const gates = [gate(), gate()];
    let holders = 0;
    const shared = gates.map(({ opened }) =>
      locks.request('a', { mode: 'shared' }, () => {
        holders++;
        return opened;
      }),
    );
    let isTaken = false;
    const exclusive = locks.request('a', {}, () => (isTaken = true));
    const late = locks.request('a', { mode: 'shared' }, () => holders++);
    await pause();
    expect([holders, isTaken]).toEqual([2, false]); // the late one does not pass the one that waits
    gates[0]!.open();
    await pause();
    expect(isTaken).toBe(false);
    gates[1]!.open();
    await Promise.all([...shared, exclusive, late]);
    expect([holders, isTaken]).toEqual([3, true]);
  });

  test('come free when what was done under them fails', async () => {
    const locks = new OwnLocks();
    const failing = locks.request('a', {}, () => Promise.reject(new Error('No.')));
    await expect(failing).rejects.toThrow('No.');
    expect(await locks.request('a', {}, () => 'mine')).toBe('mine');
  });

  test('are not waited for where only a free one is wanted', async () => {
    const locks = new OwnLocks();
    const { opened, open } = gate();
    const held = locks.request('a', {}, () => opened);
    expect(await locks.request('a', { ifAvailable: true }, (lock) => lock)).toBeNull();
    open();
    await held;
    const lock = await locks.request('a', { ifAvailable: true }, (given) => given);
    expect(lock).toEqual({ name: 'a', mode: 'exclusive' });
  });

  test('are no longer waited for after the signal, and those behind come up', async () => {
    const locks = new OwnLocks();
    const { opened, open } = gate();
    const held = locks.request('a', { mode: 'shared' }, () => opened);
    const stopping = new AbortController();
    const given = locks.request('a', { signal: stopping.signal }, () => 'never');
    const behind = locks.request('a', { mode: 'shared' }, () => 'shared');
    stopping.abort(new Error('Too long.'));
    await expect(given).rejects.toThrow('Too long.');
    expect(await behind).toBe('shared');
    open();
    await held;
    await expect(locks.request('b', { signal: stopping.signal }, () => 'never')).rejects.toThrow(
      'Too long.',
    );
  });
});

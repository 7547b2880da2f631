import { expect, test } from 'vitest';
import { nextTurn } from '../../src/async/next-turn';
import { SerialQueue } from '../../src/async/serial-queue';

test('a task begins when the one before it has ended, in the order of the calls', async () => {
  const queue = new SerialQueue();
  const told: string[] = [];
  const task = (name: string, turns: number) => async () => {
    told.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    told.push(`${name} ends`);
    return name;
  };
  const results = [queue.run(task('a', 3)), queue.run(task('b', 1)), queue.run(task('c', 0))];
  expect(told).toEqual([]); // not before the call has returned
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a failure is told to its own caller, and the next task runs', async () => {
  const queue = new SerialQueue();
  const failing = queue.run(() => Promise.reject(new Error('a')));
  const throwing = queue.run(() => {
    throw new Error('b');
  });
  const next = queue.run(() => 1);
  await expect(failing).rejects.toThrow('a');
  await expect(throwing).rejects.toThrow('b');
  expect(await next).toBe(1);
});

test('is idle once all tasks given so far have ended, one that fails too', async () => {
  const queue = new SerialQueue();
  await queue.whenIdle();
  let ended = 0;
  void queue.run(async () => {
    await nextTurn();
    ended++;
  });
  const failing = queue.run(async () => {
    await nextTurn();
    ended++;
    throw new Error('a');
  });
  const idle = queue.whenIdle();
  await expect(failing).rejects.toThrow('a');
  await idle;
  expect(ended).toBe(2);
});

import { expect, test } from 'vitest';
import { LatestOnly } from '../../src/async/latest-only';

/** Tasks that end when they are told to. */
function controlled() {
  const started: string[] = [];
  const finish = new Map<string, (fails?: boolean) => void>();
  const task = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      started.push(name);
      finish.set(name, (fails) => (fails ? reject(new Error(name)) : resolve(name)));
    });
  return { started, finish, task };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test('one task runs, the latest of those that come meanwhile runs next, the others never do', async () => {
  const { started, finish, task } = controlled();
  const latest = new LatestOnly();
  const first = latest.run(task('a'));
  await settle();
  const second = latest.run(task('b'));
  const third = latest.run(task('c'));
  await settle();
  expect(started).toEqual(['a']);
  finish.get('a')!();
  expect(await first).toBe('a');
  expect(await second).toBeUndefined();
  await settle();
  expect(started).toEqual(['a', 'c']);
  finish.get('c')!();
  expect(await third).toBe('c');
});

test('a failure is told to its own caller and to no other', async () => {
  const { finish, task } = controlled();
  const latest = new LatestOnly();
  const first = latest.run(task('a'));
  await settle();
  const second = latest.run(task('b'));
  finish.get('a')!(true);
  await expect(first).rejects.toThrow('a');
  await settle();
  finish.get('b')!();
  expect(await second).toBe('b');
});

test('a task that throws before it is a promise fails alone', async () => {
  const latest = new LatestOnly();
  const failing = latest.run(() => {
    throw new Error('at once');
  });
  await expect(failing).rejects.toThrow('at once');
  expect(await latest.run(() => Promise.resolve(1))).toBe(1);
});

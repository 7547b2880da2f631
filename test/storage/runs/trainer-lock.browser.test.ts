import { expect, test } from 'vitest';
import {
  findTrainedRun,
  TrainingElsewhereError,
  whenNobodyTrains,
  whileTheOnlyTrainer,
} from '../../../src/storage/runs/trainer-lock';
import { openFresh } from '../fresh-database';

test('one trainer a storage: a second is refused while the first goes on, and others see which run it is', async () => {
  const database = await openFresh();
  let end: (result: string) => void = () => undefined;
  let first: Promise<string> | undefined;
  await new Promise<void>((begin) => {
    first = whileTheOnlyTrainer(database, 'run-1', () => {
      begin();
      return new Promise<string>((resolve) => (end = resolve));
    });
  });
  expect(await findTrainedRun(database)).toBe('run-1');
  await expect(
    whileTheOnlyTrainer(database, 'run-2', () => Promise.resolve('second')),
  ).rejects.toThrow(TrainingElsewhereError);
  expect(await findTrainedRun(database)).toBe('run-1');

  let isFree = false;
  const freed = whenNobodyTrains(database).then(() => (isFree = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isFree).toBe(false);
  end('done');
  expect(await first).toBe('done');
  await freed;
  expect(await findTrainedRun(database)).toBeUndefined();
  expect(await whileTheOnlyTrainer(database, 'run-2', () => Promise.resolve('second'))).toBe(
    'second',
  );
});

test('a failed run frees the place, and another storage is a place of its own', async () => {
  const [here, there] = [await openFresh(), await openFresh()];
  await expect(
    whileTheOnlyTrainer(here, 'run-1', () => Promise.reject(new Error('it diverged'))),
  ).rejects.toThrow('it diverged');
  const both = await whileTheOnlyTrainer(here, 'run-1', () =>
    whileTheOnlyTrainer(there, 'run-2', () => findTrainedRun(here)),
  );
  expect(both).toBe('run-1');
});

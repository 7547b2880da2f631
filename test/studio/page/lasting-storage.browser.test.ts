import { expect, onTestFinished, test } from 'vitest';
import { askForLastingStorage } from '../../../src/studio/page/lasting-storage';

/** Gives this page's storage another answer to `persist`, as browsers differ in it; no test can answer Firefox's question to the person. */
function answerPersist(answer: () => Promise<boolean>): void {
  const { storage } = navigator;
  Object.defineProperties(storage, {
    persisted: { value: () => Promise.resolve(false), configurable: true },
    persist: { value: answer, configurable: true },
  });
  onTestFinished(() => {
    for (const name of ['persisted', 'persist']) Reflect.deleteProperty(storage, name);
  });
}

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 50));

test('a browser that asks the person and gets no answer keeps nobody waiting', async () => {
  let asked = 0;
  answerPersist(() => {
    asked++;
    return new Promise(() => undefined);
  });
  expect(askForLastingStorage()).toBeUndefined();
  await aMoment();
  expect(asked).toBe(1);
});

test('tells when it is granted, and not when it is refused or cannot be asked', async () => {
  let granted = 0;
  const ask = async (answer: () => Promise<boolean>) => {
    answerPersist(answer);
    askForLastingStorage(() => granted++);
    await aMoment();
  };
  await ask(() => Promise.resolve(false));
  await ask(() => Promise.reject(new TypeError('no such thing')));
  expect(granted).toBe(0);
  await ask(() => Promise.resolve(true));
  expect(granted).toBe(1);
});

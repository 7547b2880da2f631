import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SubmitPace } from '../../../../src/engine/webgpu/device/submit-pace';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A queue that needs so many milliseconds a dispatch, one submit after the other. */
function startDevice() {
  let freeAt = 0;
  const pace = new SubmitPace({
    onSubmittedWorkDone: () =>
      new Promise<undefined>((resolve) =>
        setTimeout(() => resolve(undefined), freeAt - performance.now()),
      ),
  });
  /** Dispatches so many at once, as the backend does, and waits for them; returns how many each submit had. */
  const run = async (dispatches: number, ms: number): Promise<number[]> => {
    const submits: number[] = [];
    for (let left = dispatches; left > 0; left -= submits.at(-1)!) {
      const count = Math.min(left, pace.dispatches);
      freeAt = Math.max(freeAt, performance.now()) + count * ms;
      pace.noteSubmit(count);
      submits.push(count);
    }
    await vi.advanceTimersByTimeAsync(freeAt - performance.now() + 1);
    return submits;
  };
  return { run };
}

test('a fast device soon gets many kernels at once, and at most 8, for the sake of memory', async () => {
  const { run } = startDevice();
  const first = await run(64, 0.1);
  expect(Math.max(...first)).toBe(4);
  for (let batch = 0; batch < 10; batch++) await run(64, 0.1);
  expect(await run(16, 0.1)).toEqual([8, 8]);
});

test('a slow device gets so few that none takes longer than 50 ms, and one at a time where that takes longer', async () => {
  const { run } = startDevice();
  await run(64, 20);
  expect(new Set(await run(64, 20))).toEqual(new Set([2]));
  await run(8, 300);
  expect(await run(3, 300)).toEqual([1, 1, 1]);
});

test('kernels that have become lighter are soon gathered again', async () => {
  const { run } = startDevice();
  await run(16, 300); // the first compile, say
  for (let batch = 0; batch < 10; batch++) await run(64, 0.5);
  expect(await run(16, 0.5)).toEqual([8, 8]);
});

test('a device that is lost is told by its reads, not here', async () => {
  const pace = new SubmitPace({ onSubmittedWorkDone: () => Promise.reject(new Error('lost')) });
  pace.noteSubmit(4);
  await Promise.resolve();
  expect(pace.dispatches).toBe(4);
});

import { expect, test } from 'vitest';
import { describeRunLacks, isRunWhole } from '../../../src/studio/train/run-lacks';

const run = { corpusId: 'c', encoderId: 'e', corpusHash: 'x', encoderHash: 'y' };
const here = (...ids: string[]) => ({ ready: true, list: ids.map((id) => ({ id })) });

test('a run whose corpus and encoder are here lacks nothing, nor does one before the lists were read', () => {
  const unread = { ready: false, list: [] };
  for (const [corpora, encoders] of [
    [here('a', 'c'), here('e')],
    [unread, unread],
  ] as const) {
    expect(describeRunLacks(run, corpora, encoders, true)).toBe('');
    expect(isRunWhole(run, corpora, encoders)).toBe(true);
  }
  expect(isRunWhole(run, here('c'), here())).toBe(false);
  expect(isRunWhole(run, here('a'), here('e'))).toBe(false);
});

test('what was deleted is named, with what brings it back', () => {
  const named = { ...run, corpusName: 'letters', encoderName: 'tiny' };
  expect(describeRunLacks(named, here(), here('e'), true)).toBe(
    'Its corpus “letters” was deleted. Drop its files again, read in the same way, and the run can be scored anew.',
  );
  expect(describeRunLacks(named, here('c'), here(), true)).toBe(
    'Its encoder “tiny” was deleted. Drop its folder again, and the run can be scored anew.',
  );
  // An interrupted run, or a failed one with a checkpoint.
  expect(describeRunLacks(named, here('c'), here(), false)).toMatch(/the run can go on\.$/u);
  expect(describeRunLacks(named, here(), here(), true)).toMatch(
    /^Its corpus “letters” and encoder “tiny” were deleted\. Drop the files of both again/u,
  );
});

test('what an earlier build deleted without a trace is not promised back', () => {
  const before = { corpusId: 'c', encoderId: 'e' };
  expect(describeRunLacks(before, here('c'), here(), true)).toMatch(
    /^Its encoder was deleted\. An earlier version of this page kept nothing/u,
  );
});

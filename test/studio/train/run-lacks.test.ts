import { expect, test } from 'vitest';
import { findRunLacks } from '../../../src/studio/train/run-lacks';

const run = {
  ...{ corpusId: 'c', encoderId: 'e', corpusHash: 'x', encoderHash: 'y' },
  state: 'finished' as const,
};
const here = (...ids: string[]) => ({ ready: true, list: ids.map((id) => ({ id })) });

test('a run whose corpus and encoder are here lacks nothing, nor does one before the lists were read', () => {
  const nothing = { sentence: '', isWhole: true };
  expect(findRunLacks(run, here('a', 'c'), here('e'))).toEqual(nothing);
  const unread = { ready: false, list: [] };
  expect(findRunLacks(run, unread, unread)).toEqual(nothing);
});

test('what was deleted is named, with what brings it back', () => {
  const named = { ...run, corpusName: 'letters', encoderName: 'tiny' };
  expect(findRunLacks(named, here(), here('e'))).toEqual({
    sentence:
      'Its corpus “letters” was deleted. Drop its files again, read in the same way, and the run can be scored anew.',
    isWhole: false,
  });
  expect(findRunLacks(named, here('c'), here()).sentence).toBe(
    'Its encoder “tiny” was deleted. Drop its folder again, and the run can be scored anew.',
  );
  const interrupted = { ...named, state: 'running' as const };
  expect(findRunLacks(interrupted, here('c'), here()).sentence).toMatch(/the run can go on\.$/u);
  expect(findRunLacks(named, here(), here()).sentence).toMatch(
    /^Its corpus “letters” and encoder “tiny” were deleted\. Drop the files of both again/u,
  );
});

test('what an earlier build deleted without a trace is not promised back', () => {
  const { sentence } = findRunLacks(
    { corpusId: 'c', encoderId: 'e', state: 'finished' },
    here('c'),
    here(),
  );
  expect(sentence).toMatch(
    /^Its encoder was deleted\. An earlier version of this page kept nothing/u,
  );
});

import { describe, expect, test } from 'vitest';
import { FindingLedger } from '../../../src/data/findings/finding-ledger';
import { firstAtLeast, linesOfSentence } from '../../../src/data/read/sentence-lines';

describe('the lines of a sentence', () => {
  // 10 left out, 11 word, 12 left out, 13 word, 14 left out, 15 blank, 16 left out, 17 blank
  const leftOut = new Set([10, 12, 14, 16]);

  test('are those of its words where no row was left out', () => {
    expect(linesOfSentence(11, 3, new Set())).toEqual({ first: 11, last: 13 });
    expect(linesOfSentence(11, 3, new Set([40]))).toEqual({ first: 11, last: 13 });
  });

  test('take in the rows that were left out before, among and after its words, up to a blank line', () => {
    expect(linesOfSentence(11, 2, leftOut)).toEqual({ first: 10, last: 14 });
  });
});

test('the first value that is large enough is found', () => {
  const values = [2, 4, 4, 9];
  expect([0, 2, 3, 4, 5, 9, 10].map((least) => firstAtLeast(values, least))).toEqual([
    0, 0, 1, 1, 3, 3, 4,
  ]);
});

test('a ledger keeps each line of each kind once, ascending, and the rows with errors apart', () => {
  const ledger = new FindingLedger();
  ledger.add(9, 'warning', 'orphan-inside');
  ledger.add(100, 'error', 'column-count');
  ledger.add(9, 'warning', 'orphan-inside');
  ledger.add(8, 'warning', 'column-count');
  ledger.add(0, 'note', 'rare-label');
  expect(ledger.lines()).toEqual({
    'orphan-inside': Uint32Array.of(9),
    'column-count': Uint32Array.of(8, 100),
  });
  expect(ledger.leftOut()).toEqual(Uint32Array.of(100));
});

import { expect, test } from 'vitest';
import { FindingCollector } from '../../../src/data/findings/finding-collector';
import { LabelTally } from '../../../src/data/read/label-tally';
import { nearestLabel, nearestTag } from '../../../src/data/read/nearest-label';
import { FILE_LIMITS } from '../../../src/ner/file-limits';

/** Tallies a frequent label and `count` that occur once, then reports all that is doubtful, unseen and rare. */
function report(count: number): FindingCollector {
  const tally = new LabelTally();
  for (let line = 1; line <= 100; line++) tally.add('LABEL', line);
  for (let index = 0; index < count; index++) tally.add(`LABEL${index}`, 101 + index);
  const findings = new FindingCollector('train.conll');
  const known = new Set(Array.from({ length: count }, (_, index) => `LABEL-${index}`));
  tally.reportDoubtful(findings);
  tally.reportUnseen(known, findings);
  tally.reportRare(new Map([['LABEL', 100]]), known, findings);
  return findings;
}

function secondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before); // other programs do not count
  return (user + system) / 1e6;
}

test('eight times as many labels take about eight times as long, where all against all would take 64 times', () => {
  report(4000); // compiles
  const few = Math.min(...[1, 2, 3].map(() => secondsOf(() => report(4000))));
  const many = secondsOf(() => report(32_000));
  expect(many / few).toBeLessThan(24);
});

test('a label that is not in the training data is reported with some of its labels, not all', () => {
  const { reason } = report(16_000)
    .kept()
    .find(({ kind }) => kind === 'unseen-label')!;
  expect(reason).toContain('{LABEL-0, LABEL-1, ');
  expect(reason).toContain(' and 15,992 more}');
  expect(reason.length).toBeLessThan(300);
});

test('a near label is looked for among as many as a model holds, and not among more', () => {
  const labels = Array.from({ length: FILE_LIMITS.labels - 1 }, (_, index) => `L${index}`);
  const counts = new Map([...labels, 'PERSON'].map((label) => [label, 1]));
  expect(nearestLabel('PERSN', counts)).toBe('PERSON');
  expect(nearestTag('B_PERSON', counts, 'IOB2')).toBe('B-PERSON');
  counts.set('ONE-MORE', 1);
  expect(nearestLabel('PERSN', counts)).toBeUndefined();
  expect(nearestTag('B_PERSON', counts, 'IOB2')).toBeUndefined();
  expect(nearestTag('0', counts, 'IOB2')).toBe('O');
});

test('a doubtful label is found among few labels and passed over among too many', () => {
  const doubtful = (count: number) => report(count).count('doubtful-label');
  expect(doubtful(10)).toBe(10);
  expect(doubtful(FILE_LIMITS.labels + 1)).toBe(0);
});

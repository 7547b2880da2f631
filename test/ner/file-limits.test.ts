import { expect, test } from 'vitest';
import { FILE_LIMITS, labelsFault } from '../../src/ner/file-limits';

const labels = (count: number) => Array.from({ length: count }, (_, index) => `L${index}`);

test('a corpus has as many labels as a model holds; one more is named with the likely cause', () => {
  expect(labelsFault([])).toBeUndefined();
  expect(labelsFault(labels(FILE_LIMITS.labels))).toBeUndefined();
  expect(labelsFault(labels(1001))).toBe(
    'The corpus has 1,001 labels (“L0”, “L1”, “L2” and 998 more), and a model holds at most 1,000, so its tag column probably holds something else; choose another column as tag under “how it is read”.',
  );
});

test('a label is at most as long as a tag without its prefix', () => {
  expect(FILE_LIMITS.labelCharacters + 'B-'.length).toBe(FILE_LIMITS.tagCharacters);
  expect(labelsFault(['PER', 'x'.repeat(298)])).toBeUndefined();
  expect(labelsFault(['PER', 'x'.repeat(299)])).toMatch(
    /^The label “x{59}…” has 299 characters, and a model holds labels of at most 298; /u,
  );
});

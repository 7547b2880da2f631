import { expect, test } from 'vitest';
import { LONGEST_COUNTED, LengthTally } from '../../../src/data/statistics/length-counts';
import { SurfaceFormTally } from '../../../src/data/statistics/surface-forms';
import type { Sentence, SplitName } from '../../../src/ner/sentence';

function naming(name: string, label = 'PER'): Sentence {
  const words = name.split(' ');
  return {
    words: [...words, 'came'],
    spans: [{ start: 0, end: words.length, label }],
    line: 1,
    startsDocument: false,
  };
}

function tally(names: [SplitName, string][], atMost?: number): SurfaceFormTally {
  const forms = new SurfaceFormTally(atMost);
  for (const [split, name] of names) forms.add(split, naming(name));
  return forms;
}

test('forms are counted as they are written, in train and in all splits, equal counts by text', () => {
  const forms = tally([
    ['train', 'Ada Lovelace'],
    ['train', 'Clara'],
    ['train', 'Babbage'],
    ['dev', 'Clara'],
    ['test', 'Clara'],
    ['test', 'ada lovelace'],
  ]);
  expect(forms.frequent('PER', 10)).toEqual({
    train: [
      { text: 'Ada Lovelace', count: 1 },
      { text: 'Babbage', count: 1 },
      { text: 'Clara', count: 1 },
    ],
    all: [
      { text: 'Clara', count: 3 },
      { text: 'Ada Lovelace', count: 1 },
      { text: 'Babbage', count: 1 },
      { text: 'ada lovelace', count: 1 },
    ],
  });
  expect(forms.frequent('PER', 1).all).toEqual([{ text: 'Clara', count: 3 }]);
  expect(forms.frequent('LOC', 10)).toEqual({ train: [], all: [] });
  expect(forms.shortfall).toBe(0);
});

test('one form under two types is two', () => {
  const forms = new SurfaceFormTally();
  forms.add('train', naming('Washington', 'PER'));
  forms.add('train', naming('Washington', 'LOC'));
  expect(forms.frequent('PER', 10).all).toEqual([{ text: 'Washington', count: 1 }]);
  expect(forms.frequent('LOC', 10).all).toEqual([{ text: 'Washington', count: 1 }]);
});

test('where forms are forgotten, a frequent one stays and no count is lower than the shortfall allows', () => {
  const names: [SplitName, string][] = [];
  const truth = new Map<string, number>();
  for (let i = 0; i < 3000; i++) {
    const name = i % 3 === 0 ? 'Clara' : i % 7 === 0 ? 'Ada' : `Nobody ${i}`;
    names.push(['train', name]);
    truth.set(name, (truth.get(name) ?? 0) + 1);
  }
  const forms = tally(names, 50);
  expect(forms.shortfall).toBeGreaterThan(0);
  const frequent = forms.frequent('PER', 1000).all;
  expect(frequent.length).toBeLessThanOrEqual(50);
  expect(frequent.slice(0, 2).map(({ text }) => text)).toEqual(['Clara', 'Ada']);
  for (const { text, count } of frequent) {
    expect(count).toBeLessThanOrEqual(truth.get(text)!);
    expect(count).toBeGreaterThanOrEqual(truth.get(text)! - forms.shortfall);
  }
});

test('lengths are counted one by one, and together from the longest that is counted', () => {
  const lengths = new LengthTally();
  for (const length of [3, 1, 3, LONGEST_COUNTED, 5000]) lengths.add(length);
  const { sentences, longest, counts } = lengths.counts();
  expect([sentences, longest, counts.length]).toEqual([5, 5000, LONGEST_COUNTED + 1]);
  expect([counts[0], counts[1], counts[2], counts[3], counts[LONGEST_COUNTED]]).toEqual([
    0, 1, 0, 2, 2,
  ]);
});

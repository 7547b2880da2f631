import { describe, expect, test } from 'vitest';
import { TagSet } from '../../src/ner/tag-set';

describe('TagSet', () => {
  test.each([
    ['IOB1', ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']],
    ['IOB2', ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']],
    ['IOBES', ['O', 'B-PER', 'I-PER', 'E-PER', 'S-PER', 'B-LOC', 'I-LOC', 'E-LOC', 'S-LOC']],
    ['IO', ['O', 'I-PER', 'I-LOC']],
  ] as const)('lists the tags of %s, O first', (scheme, tags) => {
    const set = new TagSet(['PER', 'LOC'], scheme);
    expect(set.tags).toEqual(tags);
    expect(tags.map((tag) => set.indexOf(tag))).toEqual(tags.map((_, id) => id));
  });

  test('ids and spans come back from each other', () => {
    const set = new TagSet(['PER', 'LOC'], 'IOB2');
    const spans = [
      { start: 0, end: 2, label: 'LOC' },
      { start: 3, end: 4, label: 'PER' },
    ];
    expect([...set.spansToTagIds(spans, 5)]).toEqual([3, 4, 0, 1, 0]);
    expect(set.tagIdsToSpans([3, 4, 0, 1, 0])).toEqual(spans);
  });

  test('a word without a prediction (-1) is outside', () => {
    const set = new TagSet(['PER'], 'IOB2');
    expect(set.tagIdsToTags(Int32Array.of(1, -1, 2))).toEqual(['B-PER', 'O', 'I-PER']);
  });

  test('a label that is not in the set is named', () => {
    const set = new TagSet(['PER'], 'IOB2');
    expect(() => set.spansToTagIds([{ start: 0, end: 1, label: 'PERS' }], 1)).toThrow(
      'Tag "B-PERS" is not in {O, B-PER, I-PER}; add its label to the set.',
    );
  });

  test('a label may not occur twice', () => {
    expect(() => new TagSet(['PER', 'LOC', 'PER'], 'IO')).toThrow('Label "PER" must be unique');
  });

  test('without labels there is only O', () => {
    expect(new TagSet([], 'IOB2').tags).toEqual(['O']);
  });
});

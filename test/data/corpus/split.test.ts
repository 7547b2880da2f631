import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawSplits, planSplits, splitFromName } from '../../../src/data/corpus/split';

describe('splitFromName', () => {
  test.each([
    ['eng.train', 'train'],
    ['eng.testa', 'dev'],
    ['eng.testb', 'test'],
    ['deu.mr.testa', 'dev'],
    ['wnut17train.conll', 'train'],
    ['emerging.dev.conll', 'dev'],
    ['emerging.test.annotated', 'test'],
    ['NER-de-train.tsv', 'train'],
    ['NER-de-test.tsv', 'test'],
    ['en_ewt-ud-train.derived.iob2', 'train'],
    ['valid.txt', 'dev'],
    ['validation.conll', 'dev'],
    ['devel.tsv', 'dev'],
    ['trainData.txt', 'train'],
    ['TEST.CONLL', 'test'],
    ['enp_DE.sbb.bio', undefined],
    ['latest.conll', undefined],
    ['contested-devices.conll', undefined],
    ['train-test.conll', undefined],
    ['constructor.conll', undefined],
    ['harbour/train/data.conll', 'train'],
    ['harbour/dev/train.conll', 'train'],
    ['test/part-1/data.conll', 'test'],
    ['harbour/train-test/data.conll', undefined],
  ])('%s is %s', (name, split) => {
    expect(splitFromName(name)).toBe(split);
  });
});

describe('planSplits', () => {
  const plan = (...names: string[]) => planSplits(names.map((name) => ({ name })));

  test('files that name all three splits are the splits', () => {
    expect(plan('eng.testb', 'eng.train', 'eng.testa')).toEqual({
      files: ['test', 'train', 'dev'],
      explanation: 'The files are the splits.',
    });
  });

  test('a choice goes before the name', () => {
    const files = [
      { name: 'eng.train', split: 'test' as const },
      { name: 'a.conll', split: 'train' as const },
    ];
    expect(planSplits(files).files).toEqual(['test', 'train']);
  });

  test('without dev, a tenth of train becomes dev', () => {
    expect(plan('train.conll', 'test.conll')).toEqual({
      files: ['train', 'test'],
      shares: { train: 0.9, dev: 0.1, test: 0 },
      explanation:
        'No file is named dev, so a tenth of the training sentences, drawn by seed, becomes dev.',
    });
  });

  test('without any name, 80 % train, 10 % dev and 10 % test', () => {
    expect(plan('enp_DE.sbb.bio')).toMatchObject({
      files: ['train'],
      shares: { train: 0.8, dev: 0.1, test: 0.1 },
    });
  });

  test('a file without a name beside others is read as train, and that is said', () => {
    const { files, explanation } = plan('more.conll', 'dev.conll');
    expect(files).toEqual(['train', 'dev']);
    expect(explanation).toBe(
      'more.conll names no split and is read as train. The files are the splits; there is no test set.',
    );
  });

  test('folders give the splits, whatever the folder around them is called', () => {
    const names = ['my-test/train/data.conll', 'my-test/dev/data.conll', 'my-test/test/data.conll'];
    expect(plan(...names).files).toEqual(['train', 'dev', 'test']);
    expect(plan('my-test/a.conll', 'my-test/b.conll')).toMatchObject({
      files: ['train', 'train'],
      shares: { train: 0.8 },
    });
  });

  test('nothing to train on is said', () => {
    expect(plan('test.conll')).toEqual({
      files: ['test'],
      explanation:
        'No file is named or chosen as train; nothing can be trained until a file is chosen as train or one is added.',
    });
  });
});

describe('drawSplits', () => {
  const shares = { train: 0.8, dev: 0.1, test: 0.1 };
  const sentences = (count: number, isStart: (index: number) => boolean) =>
    Array.from({ length: count }, (_, index) => ({ words: 10, startsDocument: isStart(index) }));

  test('single sentences are drawn where there are few documents', () => {
    const splits = drawSplits(
      sentences(1000, (index) => index === 0),
      shares,
      7,
    );
    const count = (name: string) => splits.filter((split) => split === name).length;
    expect([count('train'), count('dev'), count('test')]).toEqual([800, 100, 100]);
  });

  test('whole documents are drawn where there are enough', () => {
    const all = sentences(1000, (index) => index % 10 === 0);
    const splits = drawSplits(all, shares, 7);
    for (const [index, split] of splits.entries()) expect(split).toBe(splits[index - (index % 10)]);
    expect(splits.filter((split) => split === 'dev')).toHaveLength(100);
  });

  test('the same seed draws the same, another another', () => {
    const all = sentences(200, () => false);
    expect(drawSplits(all, shares, 1)).toEqual(drawSplits(all, shares, 1));
    expect(drawSplits(all, shares, 1)).not.toEqual(drawSplits(all, shares, 2));
    expect(drawSplits(all, shares, 0)).not.toEqual(drawSplits(all, shares, 1));
  });

  test('neighbours are not drawn together', () => {
    const drawn = drawSplits(
      sentences(10_000, () => false),
      shares,
      3,
    ).map((split) => split === 'dev');
    const pairs = drawn.filter((isDev, index) => isDev && drawn[index + 1]).length;
    expect(pairs).toBeGreaterThan(60); // 100 expected, standard deviation 9
    expect(pairs).toBeLessThan(140);
  });

  test('each split with a share receives its share within one unit, and train is never empty', () => {
    const unit = fc.record({
      words: fc.integer({ min: 1, max: 40 }),
      startsDocument: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 80 }), fc.integer(), (all, seed) => {
        const splits = drawSplits(all, shares, seed);
        expect(splits).toHaveLength(all.length);
        if (all.length >= 1) expect(splits).toContain('train');
        if (all.length >= 3 && all.filter(({ startsDocument }) => startsDocument).length < 20) {
          expect(splits).toContain('dev');
        }
      }),
    );
  });
});

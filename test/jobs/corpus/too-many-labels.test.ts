import { expect, test } from 'vitest';
import { FILE_LIMITS } from '../../../src/ner/file-limits';
import { planEdits } from '../../../src/jobs/fixes/fix-corpus';
import { doubtsAbout } from '../../../src/studio/corpus/corpus-doubts';
import { readInMemory, twoTabs } from '../read-in-memory';

/** Sentences of one entity each, every one with a label of its own. */
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index}\tB-L${index}\nis\tO\n\n`).join('');
const dev = 'w0\tB-L0\nis\tO\n';

async function read(train: string) {
  const { corpus } = await readInMemory({ 'train.tsv': train, 'dev.tsv': dev }, [], twoTabs);
  return corpus;
}

test('as many labels as a model holds raise nothing', async () => {
  const corpus = await read(rows(FILE_LIMITS.labels));
  expect(corpus.labels).toHaveLength(FILE_LIMITS.labels);
  expect(corpus.report?.filter(({ kind }) => kind === 'too-many-labels')).toEqual([]);
  expect(doubtsAbout(corpus).obstacle).toBeUndefined();
});

test('one more is a finding at import, and no run begins', async () => {
  const corpus = await read(rows(FILE_LIMITS.labels + 1));
  const { obstacle } = doubtsAbout(corpus);
  expect(obstacle).toMatch(
    /^The corpus has 1,001 labels .* its tag column probably holds something/u,
  );
  const [group] = corpus.report?.filter(({ kind }) => kind === 'too-many-labels') ?? [];
  expect(group).toMatchObject({ level: 'warning', count: 1001, fixes: [] });
  expect(`${group?.first[0]?.reason}.`).toBe(obstacle);
  expect(corpus.files[0]?.errors).toBe(0); // no row is left out for it
});

test('a label that is too long for a model is an error with a shorter name on offer', async () => {
  const long = 'x'.repeat(299);
  const text = `Ada\tB-${long}\nByron\tI-PER\n\nRoy\tB-PER\nis\tO\n`;
  const corpus = await read(text);
  const [group] = corpus.report?.filter(({ level }) => level === 'error') ?? [];
  const shorter = `B-${'x'.repeat(60)}`;
  expect(group?.fixes.map(({ rule }) => rule)).toEqual([
    { do: 'retag', from: `B-${long}`, to: shorter },
    { do: 'drop-rows', kind: 'unknown-prefix', about: `B-${long}` },
  ]);
  for (const { title } of group!.fixes) expect(title.length).toBeLessThan(150);
  const rule = group!.fixes[0]!.rule;
  const edits = await planEdits(corpus, rule, () => undefined, new AbortController().signal);
  const fix = { rule, title: '', madeAt: 0, lines: 1, edits };
  const { sentences } = await readInMemory({ 'train.tsv': text, 'dev.tsv': dev }, [fix], twoTabs);
  expect(sentences.train[0]?.spans[0]?.label).toBe('x'.repeat(60));
});

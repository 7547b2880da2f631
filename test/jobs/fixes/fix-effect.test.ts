import { describe, expect, test } from 'vitest';
import type { FixRule } from '../../../src/data/fixes/fix-rule';
import { foreseeFix } from '../../../src/jobs/fixes/fix-corpus';
import { describeEffect } from '../../../src/studio/corpus/fix-effect-words';
import { readInMemory, twoTabs } from '../read-in-memory';

const never = new AbortController().signal;

async function foresee(train: string, rule: FixRule) {
  const files = { 'train.tsv': train, 'dev.tsv': 'Cork\tB-LOC\nregnet\tO\n' };
  const { corpus } = await readInMemory(files, [], twoTabs);
  return foreseeFix(corpus, rule, () => undefined, never);
}

describe('a fix that is looked at', () => {
  test('counts the entities by type before and after, over all splits', async () => {
    const preview = await foresee('Kiel\tB-LOC\nBay\tB-LOC\nEva\tB-LCO\n', {
      do: 'relabel',
      from: 'LCO',
      to: 'LOC',
    });
    expect(preview.entities).toEqual({
      LOC: { before: 3, after: 4 },
      LCO: { before: 1, after: 0 },
    });
    expect(preview.unread).toEqual({});
  });

  test('says that a type goes with the sentences that go', async () => {
    const twice = 'Acme\tB-ORG\nlacht\tO\n\n';
    const preview = await foresee(`${twice}${twice}Ada\tB-PER\n`, {
      do: 'delete-twins',
      from: 'train',
      to: 'train',
    });
    expect(preview.entities['ORG']).toEqual({ before: 2, after: 1 });
    expect(describeEffect(preview).sentences).toEqual(['Entities: ORG 2 → 1.']);
  });

  test('reads from the tags of unreadable rows what would be lost with them', async () => {
    const train =
      'Acme\tB-Company\tName\nCorp\tI-Company\tName\nlacht\tO\n\nBolt\tB-Company\tName\nAda\tB-PER\n';
    const preview = await foresee(train, { do: 'drop-rows', kind: 'column-count', about: '' });
    expect(preview.lines).toBe(3);
    expect(preview.unread).toEqual({ 'Company Name': 2 });
    expect(describeEffect(preview)).toEqual({
      sentences: ['This removes all 2 entities of type Company Name.'],
      onButton: ', with all 2 entities of type Company Name',
    });
  });

  test('keeps quiet about unreadable rows whose type stands elsewhere', async () => {
    const train = 'Ada\tB-PER\nEva\tX.PER\n';
    const preview = await foresee(train, {
      do: 'drop-rows',
      kind: 'unknown-prefix',
      about: 'X.PER',
    });
    expect(preview.lines).toBe(1);
    expect(describeEffect(preview).onButton).not.toContain('type PER');
  });
});

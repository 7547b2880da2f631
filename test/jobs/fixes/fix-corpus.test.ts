import { describe, expect, test } from 'vitest';
import type { ColumnFormat } from '../../../src/data/format/column-format';
import type { CorpusFix, FixRule } from '../../../src/data/fixes/fix-rule';
import { linesOf } from '../../../src/data/fixes/line-edits';
import { planEdits } from '../../../src/jobs/fixes/fix-corpus';
import { inBrackets } from '../../data/detect/column-file';
import { briefReport, readInMemory, twoTabs } from '../read-in-memory';

const never = new AbortController().signal;

/** Plans a fix over files that were read with others before, and tells the lines it changes. */
async function plan(
  files: Record<string, string>,
  rule: FixRule,
  fixes: readonly CorpusFix[] = [],
  format: Partial<ColumnFormat> = twoTabs,
) {
  const { corpus } = await readInMemory(files, fixes, format);
  const edits = await planEdits(corpus, rule, () => undefined, never);
  const fix = { rule, title: rule.do, madeAt: 0, lines: 0, edits } satisfies CorpusFix;
  const changes = edits.flatMap((each) =>
    linesOf(each).map(
      ({ line, before, after }) =>
        `${corpus.files[each.file]!.name}:${line} ${before} → ${after ?? ''}`,
    ),
  );
  return { corpus, fix, changes };
}

const dev = { 'dev.tsv': 'Cork\tB-LOC\nregnet\tO\n' };

describe('a fix changes the lines it names and no other', () => {
  test.each<[string, string, FixRule, string[], string[]]>([
    [
      'rows with another number of columns go',
      'Ada\tB-PER\nodd\nlacht\tO\n\neven\tmore\todd\n',
      { do: 'drop-rows', kind: 'column-count', about: '' },
      ['2 odd → ', '5 even\tmore\todd → '],
      ['[Ada]PER lacht'],
    ],
    [
      'a separator too many is taken out',
      'Ada\tB-PER\t\nlacht\tO\n',
      { do: 'drop-separators' },
      ['1 Ada\tB-PER\t → Ada\tB-PER'],
      ['[Ada]PER lacht'],
    ],
    [
      'a tag that cannot be read becomes the one that was meant',
      'Ada\tB-PER\nByron\tI_PER\nLee\tI_PER\nodd\tI.PER\n\nKiel\tB-LOC\nlacht\tO\n\nAda\tB-PER\nschläft\tO\n',
      { do: 'retag', from: 'I_PER', to: 'I-PER' },
      ['2 Byron\tI_PER → Byron\tI-PER', '3 Lee\tI_PER → Lee\tI-PER'],
      ['[Ada Byron Lee]PER', '[Kiel]LOC lacht', '[Ada]PER schläft'],
    ],
    [
      'a label becomes another, prefixes stay',
      'Ada\tB-PERS\nByron\tI-PERS\nlacht\tO\nKiel\tB-LOC\n',
      { do: 'relabel', from: 'PERS', to: 'PER' },
      ['1 Ada\tB-PERS → Ada\tB-PER', '2 Byron\tI-PERS → Byron\tI-PER'],
      ['[Ada Byron]PER lacht [Kiel]LOC'],
    ],
    [
      'an orphan I- becomes a B-',
      'in\tO\nKiel\tI-LOC\nBay\tI-LOC\n\nAda\tI-PER\n',
      { do: 'as-read', kind: 'orphan-inside' },
      ['2 Kiel\tI-LOC → Kiel\tB-LOC', '5 Ada\tI-PER → Ada\tB-PER'],
      ['in [Kiel Bay]LOC', '[Ada]PER'],
    ],
    [
      'hidden characters are taken out of words, invisible words stay',
      'Aus\u00adwir\u200bkung\tO\n\u200b\tO\nAda\tB-PER\n',
      { do: 'drop-hidden' },
      ['1 Aus\u00adwir\u200bkung\tO → Auswirkung\tO'],
      ['Auswirkung \u200b [Ada]PER'],
    ],
    [
      'invisible words go',
      'Ada\tB-PER\n\ufeff\tO\nlacht\tO\n',
      { do: 'drop-rows', kind: 'invisible-word', about: '' },
      ['2 \ufeff\tO → '],
      ['[Ada]PER lacht'],
    ],
    [
      'repeated sentences go, the first stays',
      'Ada\tB-PER\nlacht\tO\n\nKiel\tB-LOC\n\nAda\tO\nlacht\tO\n',
      { do: 'delete-twins', from: 'train', to: 'train' },
      ['6 Ada\tO → ', '7 lacht\tO → '],
      ['[Ada]PER lacht', '[Kiel]LOC'],
    ],
    [
      'sentences that dev has too go from train',
      'Ada\tB-PER\nlacht\tO\n\nCork\tB-LOC\nregnet\tO\n',
      { do: 'delete-twins', from: 'train', to: 'dev' },
      ['4 Cork\tB-LOC → ', '5 regnet\tO → '],
      ['[Ada]PER lacht'],
    ],
    [
      'a phrase gets one label, where it was another and where it was none',
      'New\tB-LOC\nYork\tI-LOC\n\nNew\tB-ORG\nYork\tI-ORG\nlacht\tO\n\nin\tO\nNew\tO\nYork\tO\n\nNew\tB-ORG\nYork\tI-ORG\nTimes\tI-ORG\n',
      { do: 'one-label', phrase: 'New York', label: 'LOC' },
      [
        '4 New\tB-ORG → New\tB-LOC',
        '5 York\tI-ORG → York\tI-LOC',
        '9 New\tO → New\tB-LOC',
        '10 York\tO → York\tI-LOC',
      ],
      ['[New York]LOC', '[New York]LOC lacht', 'in [New York]LOC', '[New York Times]ORG'],
    ],
  ])('%s', async (_, train, rule, changed, sentences) => {
    const files = { 'train.tsv': train, ...dev };
    const { fix, changes, corpus } = await plan(files, rule);
    expect(changes).toEqual(changed.map((each) => `train.tsv:${each}`));

    const mended = await readInMemory(files, [fix], twoTabs);
    expect(mended.sentences.train.map(inBrackets)).toEqual(sentences);
    expect((await plan(files, rule, [fix])).changes).toEqual([]); // nothing is left to mend
    expect((await readInMemory(files, [], twoTabs)).corpus.hash).toBe(corpus.hash); // undone
  });

  test('IOBES is written as it is read, and BILOU keeps its letters', async () => {
    const iobes = 'a\tB-PER\nb\tO\nc\tE-LOC\nd\tS-LOC\n\ne\tB-PER\nf\tE-PER\ng\tS-ORG\n';
    const rule: FixRule = { do: 'as-read', kind: 'illegal-transition' };
    const scheme = { ...twoTabs, scheme: 'IOBES' } as const;
    expect((await plan({ 'train.tsv': iobes }, rule, [], scheme)).changes).toEqual([
      'train.tsv:1 a\tB-PER → a\tS-PER',
      'train.tsv:3 c\tE-LOC → c\tS-LOC',
    ]);
    const bilou = 'a\tB-PER\nb\tL-PER\nc\tU-LOC\n\nd\tB-PER\ne\tO\n';
    expect((await plan({ 'train.tsv': bilou }, rule, [], scheme)).changes).toEqual([
      'train.tsv:5 d\tB-PER → d\tS-PER',
    ]);
  });

  test('other columns and CRLF line ends stay as they are', async () => {
    const files = {
      'train.tsv': '1\tAda\tB_PER\tmara\r\n2\tByron\tI-PER\tmara\r\n3\tlacht\tO\t-\r\n',
    };
    const format = {
      separator: 'tab',
      columns: 4,
      wordColumn: 1,
      tagColumn: 2,
      scheme: 'IOB2',
    } as const;
    const rule: FixRule = { do: 'retag', from: 'B_PER', to: 'B-PER' };
    const { changes, fix } = await plan(files, rule, [], format);
    expect(changes).toEqual(['train.tsv:1 1\tAda\tB_PER\tmara → 1\tAda\tB-PER\tmara']);
    const { sentences } = await readInMemory(files, [fix], format);
    expect(sentences.train.map(inBrackets)).toEqual(['[Ada Byron]PER lacht']);
  });

  test.each<[string, string, FixRule, string[], string[]]>([
    [
      'a mark that does not count is taken away',
      'Ada\tB-B-PER\nByron\tB-I-PER\nlacht\tO\nKiel\tB-B-LOC\n',
      { do: 'one-mark' },
      [
        '1 Ada\tB-B-PER → Ada\tB-PER',
        '2 Byron\tB-I-PER → Byron\tI-PER',
        '4 Kiel\tB-B-LOC → Kiel\tB-LOC',
      ],
      ['[Ada Byron]PER lacht [Kiel]LOC'],
    ],
    [
      'other blanks between columns become the usual separator',
      'Ada B-PER\nByron\u00a0I-PER\nlacht O\u00a0\nlaut O\n. O\n',
      { do: 'plain-blanks' },
      ['2 Byron\u00a0I-PER → Byron I-PER', '3 lacht O\u00a0 → lacht O'],
      ['[Ada Byron]PER lacht laut .'],
    ],
    [
      'a label behind an underscore is written behind one',
      'Ada\tB_PERS\nByron\tI_PERS\nlacht\tO\nKiel\tB_LOC\n',
      { do: 'relabel', from: 'PERS', to: 'PER' },
      ['1 Ada\tB_PERS → Ada\tB_PER', '2 Byron\tI_PERS → Byron\tI_PER'],
      ['[Ada Byron]PER lacht [Kiel]LOC'],
    ],
    [
      'a label before its mark is written before it',
      'in\tO\nKiel\tLOC-I\nBay\tLOC-I\n\nAda\tPER-B\n',
      { do: 'as-read', kind: 'orphan-inside' },
      ['2 Kiel\tLOC-I → Kiel\tLOC-B'],
      ['in [Kiel Bay]LOC', '[Ada]PER'],
    ],
    [
      'a tag in MISC changes under its key alone',
      '1\tAda\tNER=B-PERS|SpaceAfter=No\n2\tlacht\tNER=O\n3\tKiel\tNER=B-LOC\n',
      { do: 'relabel', from: 'PERS', to: 'PER' },
      ['1 1\tAda\tNER=B-PERS|SpaceAfter=No → 1\tAda\tNER=B-PER|SpaceAfter=No'],
      ['[Ada]PER lacht [Kiel]LOC'],
    ],
    [
      'a label of two words is replaced whole, quotes and padding stay',
      'Gannet   NN B-Company Name\nLine     NN I-Company Name\nwirbt    NN O\num       NN O\nAda      NN B-PER\n',
      { do: 'relabel', from: 'Company Name', to: 'ORG' },
      [
        '1 Gannet   NN B-Company Name → Gannet   NN B-ORG',
        '2 Line     NN I-Company Name → Line     NN I-ORG',
      ],
      ['[Gannet Line]ORG wirbt um [Ada]PER'],
    ],
  ])('in files of other forms: %s', async (_, train, rule, changed, sentences) => {
    const files = { 'train.tsv': train };
    const open = { scheme: 'IOB2' } as const;
    const { fix, changes, corpus } = await plan(files, rule, [], open);
    expect(changes).toEqual(changed.map((each) => `train.tsv:${each}`));
    const format = corpus.files[0]!.format;
    const mended = await readInMemory(files, [fix], format);
    const all = Object.values(mended.sentences).flat();
    expect(all.sort((a, b) => a.line - b.line).map(inBrackets)).toEqual(sentences);
    expect((await plan(files, rule, [fix], format)).changes).toEqual([]);
  });
});

describe('fixes one after another', () => {
  const files = {
    'train.tsv': 'Ada\tB_PRE\nByron\tI-PRE\n\n' + 'Ada\tB-PER\nlacht\tO\n\n'.repeat(60),
    ...dev,
  };

  test('each sees what those before it made, and taking back the last gives the corpus before it', async () => {
    const first = await plan(files, { do: 'retag', from: 'B_PRE', to: 'B-PRE' });
    const second = await plan(files, { do: 'relabel', from: 'PRE', to: 'PER' }, [first.fix]);
    expect(second.changes).toEqual([
      'train.tsv:1 Ada\tB-PRE → Ada\tB-PER',
      'train.tsv:2 Byron\tI-PRE → Byron\tI-PER',
    ]);
    const rule: FixRule = { do: 'delete-twins', from: 'train', to: 'train' };
    const third = await plan(files, rule, [first.fix, second.fix]);
    expect(third.changes).toHaveLength(2 * 59);

    const hashes = [];
    for (const kept of [0, 1, 2, 3]) {
      const fixes = [first.fix, second.fix, third.fix].slice(0, kept);
      hashes.push((await readInMemory(files, fixes)).corpus.hash);
    }
    expect(new Set(hashes).size).toBe(4);
    expect([first.corpus.hash, second.corpus.hash, third.corpus.hash]).toEqual(hashes.slice(0, 3));
    const { sentences } = await readInMemory(files, [first.fix, second.fix, third.fix]);
    expect(sentences.train.map(inBrackets)).toEqual(['[Ada Byron]PER', '[Ada]PER lacht']);
  });

  test('a fix whose line reads otherwise now leaves it alone and says so', async () => {
    const { fix } = await plan(files, { do: 'retag', from: 'B_PRE', to: 'B-PRE' });
    const other = { ...files, 'train.tsv': `Eva\tO\n${files['train.tsv']}` };
    const { corpus } = await readInMemory(other, [fix]);
    expect(corpus.files[0]!.findings.map(({ line, kind }) => `${line} ${kind}`)).toContain(
      '1 stale-fix',
    );
    expect(corpus.files[0]!.errors).toBe(1);
  });

  test('no fix moves another sentence from one drawn split to another', async () => {
    const made = Array.from({ length: 100 }, (_, index) => `Ada\tB-PER\nwort${index % 80}\tO\n\n`);
    const drawn = { 'all.tsv': made.join('') };
    const whole = await readInMemory(drawn);
    expect(whole.corpus.splitSeed).toBe(1);
    const twins = whole.corpus.report!.find(({ kind }) => kind === 'leaked-sentence')!;
    const { fix } = await plan(drawn, twins.fixes[0]!.rule);
    const mended = await readInMemory(drawn, [fix]);
    const linesIn = ({ sentences }: typeof whole) =>
      Object.entries(sentences).flatMap(([split, list]) =>
        list.map(({ line }) => `${split} ${line}`),
      );
    const before = linesIn(whole);
    const after = linesIn(mended);
    expect(after).toHaveLength(before.length - fix.edits[0]!.lines.length / 2);
    expect(before).toEqual(expect.arrayContaining(after));
  });
});

test('reading and planning a fix stop at once', async () => {
  const files = { 'train.tsv': 'Ada\tB-PER\nlacht\tO\n\n'.repeat(60_000), ...dev };
  const { corpus } = await readInMemory(files, [], twoTabs);
  const stopping = new AbortController();
  const stages: string[] = [];
  const planning = planEdits(
    corpus,
    { do: 'delete-twins', from: 'train', to: 'train' },
    ({ stage }) => {
      stages.push(stage);
      stopping.abort();
    },
    stopping.signal,
  );
  await expect(planning).rejects.toMatchObject({ name: 'AbortError' });
  expect(stages).toHaveLength(1);
});

test('the report offers the likeliest fix first, errors before warnings before notes', async () => {
  const { corpus } = await readInMemory({
    'train.tsv':
      'Ada\tB-PER\nlacht\tO\n\n'.repeat(60) +
      'Bo\tI-PER\nodd\nEva\tB_PER\nLee\tB_PER\n\tO\n\nUte\tB-PRE\n',
    'dev.tsv': 'Cork\tB-LOC\nregnet\tO\n\nAda\tB-PER\nlacht\tO\n\nRhee\tB-PERS\n',
  });
  expect(briefReport(corpus)).toEqual([
    'error column-count 1: Leave the rows out',
    'error unknown-prefix 2: Change "B_PER" to "B-PER" | Leave the rows with "B_PER" out',
    'error empty-word 1: Leave the rows out',
    'warning doubtful-label 1: Change label "PRE" to "PER"',
    'warning unseen-label 1: ',
    'warning unseen-label 1: Change label "PERS" to "PER"',
    'warning orphan-inside 1: Make each orphan I- a B-',
    'warning leaked-sentence 60: Delete from train what dev has too',
    'note duplicate-sentence 59: Keep the first of each in train',
  ]);
});

import { describe, expect, test } from 'vitest';
import type { ColumnFormat } from '../../../src/data/format/column-format';
import { ColumnReader } from '../../../src/data/read/column-reader';
import { readSentences } from './read-columns';
import { brief, fileOf, inBrackets, read } from '../detect/column-file';
import * as forms from '../detect/corpus-forms';

const twoTabs: ColumnFormat = {
  encoding: 'utf-8',
  separator: 'tab',
  columns: 2,
  wordColumn: 0,
  tagColumn: 1,
  scheme: 'IOB2',
};

describe('every form of column file', () => {
  test('CoNLL-2003 English', async () => {
    const { sentences, findings } = await read(forms.conll2003English);
    expect(sentences.map(inBrackets)).toEqual([
      '[Ada Byrne]PER visited [Lake Orla]LOC .',
      '[Orla]LOC [Kiel]LOC and # 5',
      '[Fenwick]ORG won .',
    ]);
    expect(sentences.map(({ startsDocument }) => startsDocument)).toEqual([true, false, true]);
    expect(sentences.map(({ line }) => line)).toEqual([3, 10, 18]);
    expect(findings).toEqual([]);
  });

  test('CoNLL-2003 German', async () => {
    const { sentences, findings } = await read(forms.conll2003German);
    expect(sentences.map(inBrackets)).toEqual([
      '[Jürgen Möller]PER reist nach [Köln]LOC .',
      'Das ärgert [Kiel]LOC .',
    ]);
    expect(findings).toEqual([]);
  });

  test('two columns with CRLF, a byte order mark and no last line end', async () => {
    const { sentences, findings } = await read(forms.twoColumnsCrlf);
    expect(sentences.map(inBrackets)).toEqual(['[Anna Berg]PER lacht', '[Kiel]LOC lacht']);
    expect(findings).toEqual([]);
  });

  test('GermEval: the outer level, comments after #, the word # under its index', async () => {
    const { sentences, reader, findings } = await read(forms.germEval);
    expect(sentences.map(inBrackets)).toEqual([
      'Der [Kieler See Ruderverein]ORG #',
      '[Anna]PER lacht',
    ]);
    expect(reader.comments).toBe(2);
    expect(brief(findings)).toEqual(['10 warning column-count']); // the TAB at the end of a row
  });

  test('Universal NER: comments, # as a word, documents', async () => {
    const { sentences, reader, findings } = await read(forms.universalNer);
    expect(sentences.map(inBrackets)).toEqual(['[Ada]PER likes # 5', '[Lake Orla]LOC']);
    expect(sentences.map(({ startsDocument }) => startsDocument)).toEqual([true, true]);
    expect(reader.comments).toBe(6);
    expect(findings).toEqual([]);
  });

  test('MobIE: document lines with spaces, hashtags, an orphan I-', async () => {
    const { sentences, reader, findings } = await read(forms.mobie);
    expect(sentences.map(inBrackets)).toEqual([
      '[#Kiel]location-city : Linie [7]location-route [#Stau]trigger',
      'Alles gut',
    ]);
    expect(sentences.map(({ startsDocument }) => startsDocument)).toEqual([true, true]);
    expect(reader.comments).toBe(0);
    expect(brief(findings)).toEqual(['6 warning orphan-inside']);
    expect(findings[0]?.reason).toBe(
      'Expected B-location-route to begin an entity, found "I-location-route" after "O"; it is read as if it were B-location-route',
    );
  });

  test('WNUT: a line with one TAB is blank, # is a word, invisible words stay and are named', async () => {
    const { sentences, findings } = await read(forms.wnut);
    expect(sentences.map(inBrackets)).toEqual([
      '@ada likes [Lake Orla]location',
      '# 1 \uFEFF \u200B [#ada]person',
    ]);
    expect(brief(findings)).toEqual(['8 warning invisible-word', '9 warning invisible-word']);
    expect(findings[0]?.reason).toContain('U+FEFF');
  });

  test('Europeana: comments between rows, damaged rows left out and named, the rest read', async () => {
    const { sentences, reader, findings } = await read(forms.europeana);
    expect(sentences.map(inBrackets)).toEqual([
      'Frau [Anna Berg]PER aus [Kiel]LOC #',
      '[Kiel]LOC .',
    ]);
    expect(sentences.map(({ startsDocument }) => startsDocument)).toEqual([true, true]);
    expect(reader).toMatchObject({ rows: 12, rowsLeftOut: 4, comments: 3 });
    expect(reader.findings).toMatchObject({ errors: 4, warnings: 1 });
    expect(findings.map(({ line, level, reason }) => `${line} ${level}: ${reason}`)).toEqual([
      '7 warning: Expected 2 columns with a space between, found a separator too many in "Kiel  B-LOC"; the row is read without it',
      '9 error: Expected 2 columns with a space between, found 3 in "50 000 O"; correct the row or leave it out',
      '10 error: Expected 2 columns with a space between, found 1 in "worden"; correct the row or leave it out',
      '11 error: Expected O, B-… or I-… as IOB2 writes tags, found "B_LOC"; correct the tag or leave the row out',
      '12 error: Expected a word in column 1, found nothing beside tag "O"; write the word or leave the row out',
    ]);
  });

  test('tags before words', async () => {
    const { sentences, findings } = await read(forms.tagFirst);
    expect(sentences.map(inBrackets)).toEqual(['a [four star]Rating place', '[soup]Dish please']);
    expect(findings).toEqual([]);
  });
});

describe('rows', () => {
  const readTabs = (text: string, format: Partial<ColumnFormat> = {}) =>
    read(text, { ...twoTabs, ...format });

  test('a word may hold any white space but the separator', async () => {
    const { sentences } = await readTabs('New York\u00a0City\tB-LOC\n10\u2009km\u2028\u0085\tO\n');
    expect(sentences[0]?.words).toEqual(['New York\u00a0City', '10\u2009km\u2028\u0085']);
  });

  test('a lone CR ends its line', async () => {
    const { sentences } = await readTabs('a\tO\rb\tO\r\nc\tO\r\r\nd\tO\r\re\tO');
    expect(sentences.map(({ words }) => words)).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  });

  test('spaces around a tag do not belong to it', async () => {
    const { sentences } = await readTabs('Anna\t B-PER \n');
    expect(sentences[0]?.spans).toEqual([{ start: 0, end: 1, label: 'PER' }]);
  });

  test('an empty tag, a bare label and a prefix of another scheme are errors', async () => {
    const { findings, sentences } = await readTabs('a\t\nb\tPER\nc\tS-PER\nd\tB-\ne\tO\n');
    expect(brief(findings)).toEqual([1, 2, 3, 4].map((line) => `${line} error unknown-prefix`));
    expect(findings[2]?.reason).toBe(
      'Expected O, B-… or I-… as IOB2 writes tags, found "S-PER"; correct the tag, choose another scheme, or leave the row out',
    );
    expect(sentences[0]?.words).toEqual(['e']);
  });

  test('a label of more characters than a model holds is an error of its row', async () => {
    const [fits, isLong] = ['x'.repeat(298), 'x'.repeat(299)];
    const text = `Ada\tB-${fits}\nPaul\tB-${isLong}\nRoy\tB-PER\n`;
    const { sentences, findings } = await readTabs(text);
    expect(sentences.flatMap(({ words }) => words)).toEqual(['Ada', 'Roy']);
    expect(findings.map(({ line, level, reason }) => [line, level, reason])).toEqual([
      [
        2,
        'error',
        `Expected a label of at most 298 characters, which is what a model holds, found 299 in "B-${'x'.repeat(57)}…"; give it a shorter name, or leave the row out`,
      ],
    ]);
  });

  test('bare labels are entities in IO', async () => {
    const { sentences, findings } = await readTabs('a\tPER\nb\tPER\nc\tO\nd\tcreative-work\n', {
      scheme: 'IO',
    });
    expect(sentences.map(inBrackets)).toEqual(['[a b]PER c [d]creative-work']);
    expect(findings).toEqual([]);
  });

  test('a word of nothing but spaces is empty, one of other invisible characters is not', async () => {
    const { findings } = await readTabs(
      ' \tO\n\u00ad\tO\n\u00a0\tO\n\ufe0f\tO\n.\tO\n😀\tO\né\tO\n',
    );
    expect(brief(findings)).toEqual([
      '1 error empty-word',
      '2 warning invisible-word',
      '3 warning invisible-word',
      '4 warning invisible-word',
    ]);
  });

  test('what IOBES forbids is read by conlleval and named', async () => {
    const { sentences, findings } = await readTabs(
      'a\tB-PER\nb\tO\nc\tE-LOC\nd\tS-LOC\ne\tI-LOC\n\nf\tB-PER\ng\tE-PER\nh\tB-PER\n',
      { scheme: 'IOBES' },
    );
    expect(sentences.map(inBrackets)).toEqual(['[a]PER b [c]LOC [d]LOC [e]LOC', '[f g]PER [h]PER']);
    expect(brief(findings)).toEqual([
      '2 warning illegal-transition', // B-PER, then O
      '3 warning illegal-transition', // O, then E-
      '5 warning illegal-transition', // S-, then I-
      '5 warning illegal-transition', // I-, then the sentence's end
      '9 warning illegal-transition',
    ]);
  });

  test('comments without an index need "# " and no tag in its place', async () => {
    const { sentences, reader, findings } = await readTabs(
      '# a comment\n# a comment\twith a TAB\n#\tO\n#tag\tO\n# word\tO\n#\n',
    );
    expect(sentences[0]?.words).toEqual(['#', '#tag', '# word']);
    expect(reader.comments).toBe(3);
    expect(findings).toEqual([]);
  });

  test('-DOCSTART- only counts as a whole word', async () => {
    const { sentences } = await readTabs('-DOCSTART-\n\n-DOCSTART-s\tO\n-\tO\n');
    expect(sentences.map(({ words }) => words)).toEqual([['-DOCSTART-s', '-']]);
  });

  test('a label that is one slip away from a frequent one is asked about', async () => {
    const rows = 'a\tB-PER\nb\tO\n'.repeat(60);
    const { findings } = await readTabs(`${rows}c\tB-PEr\nd\tB-ORG\n`);
    expect(brief(findings)).toEqual(['121 warning doubtful-label']);
    expect(findings[0]?.reason).toContain('"PEr"');
  });
});

describe('a block without empty lines', () => {
  const block = (sentences: number, tagOfStop = 'O') =>
    `Am\tO\n1\tO\n.\tO\nMai\tO\nkam\tO\nJ\tB-PER\n.\tI-PER\nBerg\tI-PER\n.\t${tagOfStop}\n`.repeat(
      sentences,
    );

  test('of up to 512 words is one sentence', async () => {
    const { sentences, findings } = await read(block(56), twoTabs);
    expect(sentences).toHaveLength(1);
    expect(brief(findings)).toEqual(['1 warning no-boundary']);
  });

  test('of more is cut after full stops outside entities, ordinals and initials spared', async () => {
    const { sentences, findings, reader } = await read(block(100), twoTabs);
    expect(sentences).toHaveLength(100);
    expect(sentences[57]?.line).toBe(57 * 9 + 1);
    expect(inBrackets(sentences[99]!)).toBe('Am 1 . Mai kam [J . Berg]PER .');
    expect(brief(findings)).toEqual(['1 warning long-sentence']);
    expect(reader.labels.labels.get('PER')).toEqual({ entities: 100, firstLine: 6 });
  });

  test('without full stops is cut where it grows too long, never inside an entity', async () => {
    const { sentences } = await read('a\tO\nb\tB-PER\nc\tI-PER\n'.repeat(2000), twoTabs);
    expect(Math.max(...sentences.map(({ words }) => words.length))).toBeLessThan(520);
    expect(sentences.flatMap(({ spans }) => spans)).toHaveLength(2000);
    expect(sentences.reduce((sum, { words }) => sum + words.length, 0)).toBe(6000);
  });
});

describe('streaming', () => {
  test('lines that chunks cut in two read as one, whatever their bytes', async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, row) => `Wörtchen${row}😀\t${row % 7 ? 'O' : 'B-PER'}`,
    );
    const { sentences, findings } = await read(
      rows.map((row, at) => (at % 9 ? row : `${row}\n`)).join('\r\n'),
    );
    expect(sentences.flatMap(({ words }) => words)).toEqual(rows.map((row) => row.split('\t')[0]));
    expect(findings).toEqual([]);
  });

  test('a stop acts at once', async () => {
    const blob = fileOf('Anna\tB-PER\nlacht\tO\n\n'.repeat(200_000));
    const controller = new AbortController();
    const reader = new ColumnReader('made.conll', twoTabs);
    let batches = 0;
    const reading = (async () => {
      for await (const batch of readSentences(blob, 'utf-8', reader, {
        signal: controller.signal,
      })) {
        expect(batch.length).toBeGreaterThan(0);
        if (++batches === 2) controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(batches).toBe(2);
  });

  test('progress ends at the size of the file', async () => {
    const blob = fileOf('Anna\tB-PER\nlacht\tO\n\n'.repeat(20_000));
    const seen: number[] = [];
    const onProgress = (bytesRead: number, totalBytes: number) => {
      expect(totalBytes).toBe(blob.size);
      seen.push(bytesRead);
    };
    const reader = new ColumnReader('made.conll', twoTabs);
    for await (const batch of readSentences(blob, 'utf-8', reader, { onProgress }))
      expect(batch).toBeDefined();
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(blob.size);
  });

  test('a file without line ends is refused before it fills the memory', async () => {
    await expect(read('x'.repeat(3_000_000), twoTabs)).rejects.toThrow(
      'longer than 1,000,000 characters',
    );
  });

  test('3.3 MB in the form of CoNLL-2003 keep every word and entity', async () => {
    const pattern = forms.conll2003English.slice(forms.conll2003English.indexOf('Ada'));
    const copies = Math.ceil(3_300_000 / pattern.length);
    const { sentences, format } = await read(pattern.repeat(copies));
    expect(sentences).toHaveLength(3 * copies);
    expect(sentences.flatMap(({ spans }) => spans)).toHaveLength(5 * copies);
    expect(sentences.filter(({ startsDocument }) => startsDocument)).toHaveLength(copies + 1);
    expect(format.scheme).toBe('IOB1');
  });
});

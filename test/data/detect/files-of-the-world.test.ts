import { describe, expect, test } from 'vitest';
import { detectColumns } from '../../../src/data/detect/detect-columns';
import { brief, fileOf, inBrackets, latin1, read } from './column-file';

/** Files as people have them, each kind after public reports; the names are invented. */

const rows = (text: string, separator = '\t') =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ').join(separator))
    .join('\n') + '\n';

const sentencesOf = async (content: string | Uint8Array<ArrayBuffer>, choice = {}) =>
  (await read(content, choice)).sentences.map(inBrackets);

const questionsOf = async (content: string, choice = {}) =>
  (await detectColumns(fileOf(content), 'made.conll', choice)).questions?.map(({ text }) => text);

const refusalOf = (content: string) =>
  detectColumns(fileOf(content), 'made.conll').then(
    () => 'read',
    (error: unknown) => (error as Error).message,
  );

const twoSentences = ['[Orla Quell]PER sings in [Fenlow]LOC .', 'Rain fell .'];
const withTags = (...tags: string[]) =>
  rows(
    ['Orla', 'Quell', 'sings', 'in', 'Fenlow', '.', '', 'Rain', 'fell', '.']
      .map((word) => (word === '' ? '' : `${word} ${tags.shift()!}`))
      .join('\n'),
  );

describe('a. the position mark is where it is', () => {
  test.each([
    ['B_PER', 'B_PER I_PER O O B_LOC O O O O', 'tags are written as B_LABEL'],
    ['PER-B', 'PER-B PER-I O O LOC-B O O O O', 'tags are written as LABEL-B'],
    ['PER_B', 'PER_B PER_I O O LOC_B O O O O', 'tags are written as LABEL_B'],
    ['B:PER', 'B:PER I:PER O O B:LOC O O O O', 'tags are written as B:LABEL'],
    ['a dash of print', 'B–PER I–PER O O B–LOC O O O O', 'tags are written as B–LABEL'],
    ['b-PER', 'b-PER i-PER o o b-LOC o o o o', 'tags are written as b-LABEL'],
  ])('%s', async (_, tags, evidence) => {
    const { sentences, format, findings } = await read(withTags(...tags.split(' ')));
    expect(sentences.map(inBrackets)).toEqual(twoSentences);
    expect(format.evidence.tags).toBe(evidence);
    expect(findings).toEqual([]);
  });

  test('a mark with its dash alone is a mark', async () => {
    const content = withTags(...'B- I- O O B- O O O O'.split(' '));
    expect((await sentencesOf(content))[0]).toBe('[Orla Quell]ENTITY sings in [Fenlow]ENTITY .');
  });

  test('marks alone give one type, which can be named', async () => {
    const content = withTags(...'B I O O B O O O O'.split(' '));
    expect((await sentencesOf(content))[0]).toBe('[Orla Quell]ENTITY sings in [Fenlow]ENTITY .');
    expect(await questionsOf(content)).toEqual([
      'The tags name no entity type. What is it called? "ENTITY" is written for it; another name can be given by hand.',
    ]);
    const named = await read(content, { typeName: 'NAME' });
    expect(inBrackets(named.sentences[0]!)).toBe('[Orla Quell]NAME sings in [Fenlow]NAME .');
    expect(named.format.questions).toEqual([]);
  });

  test.each([
    ['the same twice', 'B-B-PER I-I-PER O O B-B-LOC O O O O', 'both say the same'],
    ['the first always B', 'B-B-PER B-I-PER O O B-B-LOC O O O O', 'the first is always B'],
    ['the second always I', 'B-I-PER I-I-PER O O B-I-LOC O O O O', 'the second is always I'],
  ])('a doubled mark, %s, is read and named, and can be taken away', async (_, tags, reason) => {
    const { sentences, format, reader } = await read(withTags(...tags.split(' ')));
    expect(sentences.map(inBrackets)).toEqual(twoSentences);
    expect(format.evidence.tags).toContain(reason);
    expect(reader.findings.count('doubled-mark')).toBe(3);
    expect(reader.findings.kept()[0]).toMatchObject({ level: 'warning', line: 1 });
  });

  test('a few doubled marks beside single ones are labels to be asked about', async () => {
    const { reader } = await read(
      withTags(...'B-PER I-PER O O B-B-PER O O O O'.split(' ')) +
        '\n' +
        withTags(...'B-PER I-PER O O B-PER O O O O'.split(' ')),
    );
    expect(reader.findings.kept().map(({ reason }) => reason)).toContain(
      'Label "B-PER" looks like "PER" behind a second position mark; if so, change it, else it is learned as a type of its own',
    );
  });

  test('a dash for outside', async () => {
    const content = withTags(...'B-PER I-PER - - B-LOC - - - -'.split(' '));
    expect(await sentencesOf(content)).toEqual(twoSentences);
    expect(await questionsOf(content)).toEqual([
      'Is "-" the tag outside of entities? It stands in 6 of 9 sampled rows and is read so.',
    ]);
  });
});

describe('b. BMES and its relatives', () => {
  const content = (tags: string) =>
    rows(
      `Marrow ${tags.split(' ')[0]}\nStreet ${tags.split(' ')[1]}\nPress ${tags.split(' ')[2]}\nhired O\nLena ${tags.split(' ')[3]}\n. O`,
    );
  test.each([
    ['BMES', 'B-ORG M-ORG E-ORG S-PER', "IOBES in BMES' letters"],
    ['BMEWO', 'B-ORG M-ORG E-ORG W-PER', "IOBES in BMEWO's letters"],
    ['BILOU', 'B-ORG I-ORG L-ORG U-PER', "IOBES in BILOU's letters"],
    ['BMLU', 'B-ORG M-ORG L-ORG U-PER', "IOBES in BILOU's letters"],
  ])('%s', async (_, tags, scheme) => {
    const { sentences, format, findings } = await read(content(tags));
    expect(sentences.map(inBrackets)).toEqual(['[Marrow Street Press]ORG hired [Lena]PER .']);
    expect(format.evidence.scheme).toContain(scheme);
    expect(findings).toEqual([]);
  });
});

describe('c. numbers are no words', () => {
  test.each([
    [
      'of sentence and word',
      '1-1 Orla B-PER\n1-2 Quell I-PER\n1-3 sings O\n\n2-1 Rain O\n2-2 fell O',
    ],
    ['of decimals', '0.0 Orla B-PER\n1.0 Quell I-PER\n2.0 sings O\n\n0.0 Rain O\n1.0 fell O'],
    ['from 0', '0 Orla B-PER\n1 Quell I-PER\n2 sings O\n\n0 Rain O\n1 fell O'],
    ['on and on', '1 Orla B-PER\n2 Quell I-PER\n3 sings O\n\n4 Rain O\n5 fell O'],
    [
      'that begins again without an empty line',
      '0 Orla B-PER\n1 Quell I-PER\n2 sings O\n0 Rain O\n1 fell O',
    ],
  ])('an index %s', async (_, content) => {
    expect(await sentencesOf(rows(content))).toEqual(['[Orla Quell]PER sings', 'Rain fell']);
  });

  const conllu = (misc: (tag: string) => string) =>
    [
      '# sent_id = 1',
      ...['1 Orla B-PER', '2-3 zum _', '2 zu O', '3 dem O', '3.1 wohl _', '4 Markt B-LOC'].map(
        (row) => {
          const [index, word, tag] = row.split(' ');
          return `${index}\t${word}\t_\tX\t_\t_\t0\tdep\t_\t${tag === '_' ? '_' : misc(tag!)}`;
        },
      ),
      '',
    ].join('\n');

  test.each([
    ['alone in MISC', (tag: string) => tag],
    ['under a key', (tag: string) => `name=${tag}`],
    ['behind another key', (tag: string) => `SpaceAfter=No|NER=${tag}`],
    ['only where an entity is', (tag: string) => (tag === 'O' ? 'SpaceAfter=No' : `Entity=${tag}`)],
  ])(
    'CoNLL-U with the tag %s: ranges and empty nodes are left out and counted',
    async (_, misc) => {
      const { sentences, reader } = await read(conllu(misc));
      expect(sentences.map(inBrackets)).toEqual(['[Orla]PER zu dem [Markt]LOC']);
      expect(reader.findings.count('word-range')).toBe(2);
      expect(reader.findings.errors).toBe(0);
    },
  );
});

test('d. of several levels the one with most entities, all of them named', async () => {
  const content = rows(
    'Pellinor B-ORG B-LOC\nMills I-ORG O\nhired O O\nLena B-PER O\n. O O\n\nOrla B-PER O\nsings O O\n. O O',
  );
  const { sentences, format } = await read(content);
  expect(sentences.map(inBrackets)[0]).toBe('[Pellinor Mills]ORG hired [Lena]PER .');
  expect(format.evidence.columns).toContain(
    '(3 entities there; the last holds another level of tags with 1 entity, left out)',
  );
  expect(format.questions?.[0]?.readings.map(({ title }) => title)).toEqual([
    'Column 2: 3 entities (PER, ORG)',
    'Column 3: 1 entity (LOC)',
  ]);
  const other = await read(content, format.questions?.[0]?.readings[1]?.change);
  expect(inBrackets(other.sentences[0]!)).toBe('[Pellinor]LOC Mills hired Lena .');
  expect(other.format.questions?.map(({ aspect }) => aspect)).not.toContain('columns');
});

describe('e. what looks like O is asked about', () => {
  const bare = 'PER PER 0 O LOC O O O O';
  test.each([
    ['0 among O, bare labels', bare, '"0"', '1 of 9'],
    ['_ for O, bare labels', 'PER PER _ _ LOC _ _ _ _', '"_"', '6 of 9'],
    ['o among O, marks', 'B-PER I-PER o O B-LOC O O O O', '"o"', '1 of 9'],
    ['0 for O, marks', 'B-PER I-PER 0 0 B-LOC 0 0 0 0', '"0"', '6 of 9'],
    ['any other word for O', 'PER PER misc misc LOC misc misc misc misc', '"misc"', '6 of 9'],
  ])('%s', async (_, tags, named, times) => {
    const content = withTags(...tags.split(' '));
    expect(await sentencesOf(content)).toEqual(twoSentences);
    expect(await questionsOf(content)).toEqual([
      `Is ${named} the tag outside of entities? It stands in ${times} sampled rows and is read so.`,
    ]);
  });

  test.each(['\t', ','])('nothing in the place of O, %j between columns', async (separator) => {
    const content = withTags(...'PER PER - - LOC - - - -'.split(' '))
      .replaceAll('\t-', '\t')
      .replaceAll('\t', separator);
    expect(await sentencesOf(content)).toEqual(twoSentences);
    expect(await questionsOf(content)).toEqual([
      'Is an empty tag the tag outside of entities? It stands in 6 of 9 sampled rows and is read so.',
    ]);
  });

  test('an answer is kept and not asked again', async () => {
    const content = withTags(...bare.split(' '));
    expect(await questionsOf(content, { outside: ['O', '0'] })).toEqual([]);
    const without = await read(content.replaceAll('O', '0'), { outside: ['O'] });
    expect(without.sentences[1]!.spans).toEqual([{ start: 0, end: 3, label: '0' }]);
    const asType = await read(content, { outside: ['O'] });
    expect(inBrackets(asType.sentences[0]!)).toBe('[Orla Quell]PER [sings]0 in [Fenlow]LOC .');
  });

  test.each([
    ['by its names', 'token\tlabel\n', []],
    [
      'by a label that stands nowhere else',
      'Begriff\tSorte\n',
      [
        'Does the first row ("Begriff", "Sorte") name the columns? "Sorte" stands nowhere else, so it is read so and left out.',
      ],
    ],
  ])('a header is known %s', async (_, header, questions) => {
    const content =
      header +
      withTags(...'PER PER O O LOC O O O O'.split(' ')) +
      '\n' +
      withTags(...'PER PER O O LOC O O O O'.split(' '));
    const { sentences, format } = await read(content);
    expect(sentences.map(inBrackets).slice(0, 2)).toEqual(twoSentences);
    expect(format.hasHeader).toBe(true);
    expect(await questionsOf(content)).toEqual(questions);
  });
});

describe('f. line ends, blanks and separators', () => {
  const plain = withTags(...'B-PER I-PER O O B-LOC O O O O'.split(' '));
  const spaced = plain.replaceAll('\t', ' ');
  test.each([
    ['CR alone', plain.replaceAll('\n', '\r')],
    ['CR CR LF', plain.replaceAll('\n', '\r\r\n')],
    ['CR and LF in turn', plain.replace('\n', '\r').replace(/\n(?=in)/, '\r')],
    ['rows indented by spaces', spaced.replaceAll(/^(?=.)/gm, '   ')],
    ['rows indented by a TAB', plain.replaceAll(/^(?=.)/gm, '\t')],
    ['space rows indented by a TAB', spaced.replaceAll(/^(?=.)/gm, '\t')],
    ['a TAB at the end of each row', plain.replaceAll(/(?<=.)$/gm, '\t')],
    ['spaces around TABs', plain.replaceAll('\t', ' \t ')],
    ['columns padded with spaces', plain.replaceAll('\t', '        ')],
    ['U+00A0 between columns', plain.replaceAll('\t', '\u00a0')],
    ['U+3000 between columns', plain.replaceAll('\t', '\u3000')],
    ['commas', plain.replaceAll('\t', ',')],
    ['vertical bars', plain.replaceAll('\t', '|')],
    ['semicolons', plain.replaceAll('\t', ';')],
    ['fields in quotes', plain.replaceAll('\t', '","').replaceAll(/^(?=.)|(?<=.)$/gm, '"')],
  ])('%s', async (_, content) => {
    const { sentences, findings } = await read(content);
    expect(sentences.map(inBrackets)).toEqual(twoSentences);
    expect(findings.filter(({ level }) => level !== 'note')).toEqual([]);
  });

  test('some rows with U+00A0 between their columns are read and named', async () => {
    const { sentences, findings } = await read(spaced.replace('sings O', 'sings\u00a0O'));
    expect(sentences.map(inBrackets)).toEqual(twoSentences);
    expect(brief(findings)).toEqual(['3 warning strange-blank']);
    expect(findings[0]!.reason).toBe(
      'Expected a space between the columns, found U+00A0 in "sings[U+00A0]O"; it is read as one',
    );
  });

  test('U+00A0 inside the word of a TAB row stays', async () => {
    const { sentences, findings } = await read(plain.replace('sings', 'sings\u00a0on'));
    expect(sentences[0]!.words[2]).toBe('sings\u00a0on');
    expect(findings).toEqual([]);
  });

  test('characters that show nothing are named by code point, in words and in tags', async () => {
    const content = plain.replace('B-LOC', 'B-LOC\u200b').replace('I-PER', 'I-PER\u00a0');
    const { sentences, findings } = await read(content);
    expect(sentences.map(inBrackets)).toEqual(twoSentences);
    expect(findings.map(({ reason }) => reason)).toEqual([
      'U+00A0 stands beside the word or the tag in "Quell[TAB]I-PER[U+00A0]"; it is read without',
      'The tag "B-LOC[U+200B]" holds U+200B, which shows nothing; it is read without',
    ]);
  });
});

describe('g. sentences are told by a column, or not at all', () => {
  const sentences = ['[Orla]PER sings .', 'Rain fell on [Fenlow]LOC .'];
  const [first, second] = ['Orla B-PER\nsings O\n. O', 'Rain O\nfell O\non O\nFenlow B-LOC\n. O'];
  const marked = (mark: (sentence: number, word: number) => string, separator: string) =>
    [first, second]
      .flatMap((sentence, index) =>
        sentence.split('\n').map((row, word) => `${mark(index + 1, word)} ${row}`),
      )
      .map((row) => row.replaceAll(' ', separator).replace('Sentence:_', 'Sentence: '))
      .join('\n');

  test.each([
    ['in its first row, TABs', marked((n, word) => (word === 0 ? `Sentence:_${n}` : ''), '\t')],
    [
      'in its first row, commas and Latin-1',
      latin1(marked((n, word) => (word === 0 ? `S\u00e4tze${n}` : ''), ',')),
    ],
    ['in every row', marked((n) => `doc1-${n}`, '\t')],
    ['by a number in every row', marked((n) => `${n}`, ',')],
    ['in a row of its own', `Sentence: 1\n${rows(first)}Sentence: 2\n${rows(second)}`],
    ['in tags', `<s>\n${rows(first)}</s>\n<s>\n${rows(second)}</s>\n`],
  ])('a mark %s', async (_, content) => {
    expect(await sentencesOf(content)).toEqual(sentences);
  });

  test('without any boundary a warning, a question, and full stops on demand', async () => {
    const content = rows(`${first}\n${second}\nIt O\ncleared O`);
    const asOne = await read(content);
    expect(asOne.sentences).toHaveLength(1);
    expect(brief(asOne.findings)).toEqual(['1 warning no-boundary']);
    const question = asOne.format.questions?.find(({ aspect }) => aspect === 'sentences');
    expect(question?.readings.map(({ title }) => title)).toEqual([
      'At an empty line alone',
      'After each full stop',
    ]);
    const split = await read(content, question?.readings[1]?.change);
    expect(split.sentences.map(inBrackets)).toEqual([...sentences, 'It cleared']);
    expect(split.findings).toEqual([]);
    expect(split.format.questions?.map(({ aspect }) => aspect)).not.toContain('sentences');
  });
});

test('h. a label that holds a blank is joined, in every kind of row', async () => {
  const spaces =
    'Gannet NN B-Company Name\nLine NN I-Company Name\nhired NN O\nLena NN B-PER\n. NN O\n';
  for (const content of [spaces, spaces.replaceAll(/ (?=NN|[BIO]\b)/g, '\t')]) {
    expect(await sentencesOf(content)).toEqual(['[Gannet Line]Company Name hired [Lena]PER .']);
  }
  const { findings } = await read(spaces);
  expect(brief(findings)).toEqual(['1 note joined-label', '2 note joined-label']);
  const bare =
    'Gannet Company Name\nLine Company Name\nhired O\nLena PER\n. O\n\nQuell Company Name\nand O\nSons Company Name\nsang O\n. O\n';
  expect(await sentencesOf(bare)).toEqual([
    '[Gannet Line]Company Name hired [Lena]PER .',
    '[Quell]Company Name and [Sons]Company Name sang .',
  ]);
});

test('i. labels with hardly an O are read, and the share of O is said', async () => {
  const content = rows(
    '3 NUMBER\nGull STREET\nLane STREET\nBrellmouth CITY\n, O\n\n9 NUMBER\nQuay STREET\nFenlow CITY\n\n12 NUMBER\nHigh STREET\nStreet STREET\nSandwick CITY',
    ' ',
  );
  const { sentences, format } = await read(content);
  expect(inBrackets(sentences[0]!)).toBe('[3]NUMBER [Gull Lane]STREET [Brellmouth]CITY ,');
  expect(format.evidence.columns).toContain('(8 % of 12 sampled words stand outside of entities)');
  expect(await questionsOf(content.replace(', O\n', ''))).toEqual([
    'Are the labels in column 2 entity types? No word stands outside of an entity, as none would where they are parts of speech.',
  ]);
});

describe('what is no column file is refused by its name, with a way out', () => {
  test.each([
    [
      'JSON Lines',
      '{"tokens":["Orla","sings"],"ner_tags":["B-PER","O"]}\n',
      'found JSON; export the corpus as CoNLL',
    ],
    ['HTML', '<!doctype html>\n<html></html>\n', 'found XML or HTML'],
    [
      'WebAnno TSV',
      '#FORMAT=WebAnno TSV 3.3\n\n#Text=Orla sings\n1-1\t0-4\tOrla\tPER\t\n',
      'found WebAnno TSV',
    ],
    [
      'CoNLL-2012',
      '#begin document (a); part 000\na 0 0 Orla NNP (PER*)\na 0 1 sings VB *\n',
      'found CoNLL-2011/2012',
    ],
    [
      'pairs on a line',
      'Orla|B-PER sings|O .|O\nRain|O fell|O\n',
      'found a sentence a line with a tag behind each word',
    ],
    [
      'tags on a line',
      'text\tlabel\nOrla sings .\tB-PER O O\nRain fell\tO O\n',
      'found a sentence a line with its tags in a second column',
    ],
    [
      'lines without an end',
      'Orla\tB-PER\u0085sings\tO\u0085.\tO\u0085\u0085Rain\tO\u0085',
      'found lines that end in U+0085',
    ],
    [
      'CoNLL-U without tags',
      '# text = Orla sings\n1\tOrla\torla\tPROPN\t_\t_\t2\tnsubj\t_\t_\n2\tsings\tsing\tVERB\t_\tTense=Pres\t0\troot\t_\tSpaceAfter=No\n3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_\n',
      'found CoNLL-U without tags',
    ],
    ['label ids', 'Orla\t1\nsings\t0\n.\t0\n', 'found numbers in the last column'],
    [
      'a label for each entity',
      Array.from({ length: 2500 }, (_, index) => `w${index}\tB-L${index}\nis\tO\n\n`).join(''),
      'found 2,501 different ones, such as "B-L0", "O" and 2,499 more, and a model holds at most 1,000 labels; choose another column as tag, by hand.',
    ],
  ])('%s', async (_, content, found) => {
    const message = await refusalOf(content);
    expect(message).toContain('made.conll: expected rows of a word and a tag');
    expect(message).toContain(found);
  });
});

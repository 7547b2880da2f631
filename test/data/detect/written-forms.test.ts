import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntitySpan } from '../../../src/ner/entity-span';
import { spansToTags, type TagScheme } from '../../../src/ner/tag-scheme';
import { inBrackets, read } from './column-file';

/**
 * One corpus written in every form that is read. Entities of one type never touch, so that IO can write them; words are those that mislead:
 * separators, marks, numbers, O, a comment's sign.
 */
const corpus: { words: string; spans: EntitySpan[] }[] = [
  ['Jürgen Möller reist am 3 . nach Köln .', [0, 2, 'PER'], [6, 7, 'LOC']],
  ['Die O2 , sagt sie , gehört Berg & Söhne ;', [1, 2, 'ORG'], [6, 9, 'ORG']],
  ['" Nein " - rief B. Anna um 7 Uhr !', [5, 6, 'PER']],
  ['# 5 : Kiel gegen Bremen 2 : 1', [3, 4, 'LOC'], [5, 6, 'LOC']],
  ['O weh , es regnet .'],
  ['Am Lake Orla wohnt Ada', [1, 3, 'LOC'], [4, 5, 'PER']],
  ['Anna Berg leitet die Kieler See Ruder AG .', [0, 2, 'PER'], [4, 8, 'ORG']],
  ['1 2 3 sagte I .'],
  ['Und in Wien traf er Eva .', [2, 3, 'LOC'], [5, 6, 'PER']],
  ['Es war still .'],
].map(([words, ...spans]) => ({
  words: words as string,
  spans: (spans as [number, number, string][]).map(([start, end, label]) => ({
    start,
    end,
    label,
  })),
}));

const forms = fc.record({
  separator: fc.constantFrom('\t', ' ', ',', ';', '|', '\u00a0', '    '),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r', '\r\r\n'),
  index: fc.constantFrom('none', 'from 1', 'from 0', 'on and on'),
  scheme: fc.constantFrom<TagScheme[]>('IOB1', 'IOB2', 'IOBES', 'IO'),
  mark: fc.constantFrom('B-X', 'B_X', 'X-B', 'X_B', 'b-X', 'B:X', 'bare'),
  header: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8 with mark', 'windows-1252', 'utf-16le', 'utf-16be'),
  boundary: fc.constantFrom('empty line', 'first row', 'every row'),
  partOfSpeech: fc.boolean(),
});
type Form = typeof forms extends fc.Arbitrary<infer Value> ? Value : never;

test('a corpus reads the same in whatever form it is written', async () => {
  await fc.assert(
    fc.asyncProperty(forms, async (form) => {
      const { sentences, findings, format } = await read(write(form));
      const told = JSON.stringify({
        form,
        findings: findings.slice(0, 3),
        evidence: format.evidence,
      });
      const errors = findings.filter(({ level }) => level === 'error');
      expect(errors, told).toEqual([]);
      expect(sentences.map(inBrackets), told).toEqual(
        corpus.map(({ words, spans }) =>
          inBrackets({ words: words.split(' '), spans, line: 1, startsDocument: false }),
        ),
      );
    }),
    { numRuns: 400, seed: 13 },
  );
}, 120_000);

function write(form: Form): Uint8Array<ArrayBuffer> {
  const { separator, lineEnd, index, boundary, header, partOfSpeech } = form;
  const isCsv = [',', ';', '|'].includes(separator);
  const columns = (row: string[]) =>
    row
      .map((field) => (isCsv && /[",;|]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
      .join(separator);
  // Runs of spaces cannot write an empty field.
  const marksRows =
    boundary === 'first row' && separator.trim() === '' && separator !== '\t'
      ? 'every row'
      : boundary;
  const rows: string[] = [];
  const extra = (what: string, yes: boolean) => (yes ? [what] : []);
  if (header) {
    rows.push(
      columns([
        ...extra('Sentence', marksRows !== 'empty line'),
        ...extra('No.', index !== 'none'),
        'Word',
        ...extra('POS', partOfSpeech),
        'Tag',
      ]),
    );
  }
  let place = 0;
  for (const [sentence, { words, spans }] of corpus.entries()) {
    const all = words.split(' ');
    const tags = spansToTags(spans, all.length, form.scheme);
    for (const [word, text] of all.entries()) {
      place++;
      const number = { none: 0, 'from 1': word + 1, 'from 0': word, 'on and on': place }[index];
      rows.push(
        columns([
          ...extra(
            word > 0 && marksRows === 'first row' ? '' : `s${sentence}`,
            marksRows !== 'empty line',
          ),
          ...extra(`${number}`, index !== 'none'),
          text,
          ...extra(['NN', 'VB', 'IN'][text.length % 3]!, partOfSpeech),
          tagAs(tags[word]!, form.mark),
        ]),
      );
    }
    if (marksRows === 'empty line') rows.push('');
  }
  return encode(rows.map((row) => row + lineEnd).join(''), form.encoding);
}

function tagAs(tag: string, mark: Form['mark']): string {
  if (tag === 'O') return 'O';
  const [letter, label] = [tag.charAt(0), tag.slice(2)];
  switch (mark) {
    case 'B-X':
      return tag;
    case 'B_X':
      return `${letter}_${label}`;
    case 'B:X':
      return `${letter}:${label}`;
    case 'b-X':
      return `${letter.toLowerCase()}-${label}`;
    case 'X-B':
      return `${label}-${letter}`;
    case 'X_B':
      return `${label}_${letter}`;
    case 'bare':
      return label;
  }
}

function encode(text: string, encoding: Form['encoding']): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case 'utf-8':
      return new TextEncoder().encode(text);
    case 'utf-8 with mark':
      return new TextEncoder().encode(`\uFEFF${text}`);
    case 'windows-1252':
      return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    default: {
      const view = new DataView(new ArrayBuffer(text.length * 2));
      for (let at = 0; at < text.length; at++) {
        view.setUint16(at * 2, text.charCodeAt(at), encoding === 'utf-16le');
      }
      return new Uint8Array(view.buffer);
    }
  }
}

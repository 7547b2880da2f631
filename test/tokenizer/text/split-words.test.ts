import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWords } from '../../../src/tokenizer/text/split-words';

const wordsOf = (text: string) => splitWords(text).map(({ start, end }) => text.slice(start, end));

/** Words are written with a space between them, as the corpora have them; none of these has a space inside. */
const cases: Record<string, [text: string, words: string][]> = {
  'punctuation around words': [
    ['Dublin, (1939).', 'Dublin , ( 1939 ) .'],
    ['„Hallo“, sagte «er»', '„ Hallo “ , sagte « er »'],
    ['"Yes!" she said', '" Yes ! " she said'],
    ['What?! No!!!', 'What ?! No !!!'],
    ['Well... so… --- end', 'Well ... so … --- end'],
    ['$3,400.50 (50%)', '$ 3,400.50 ( 50 % )'],
    ['[sic] {x} a/b', '[ sic ] { x } a / b'],
  ],
  'what stays inside a word': [
    ["O'Neal and l'homme", "O'Neal and l'homme"],
    ['EU-Kommission, e-mail', 'EU-Kommission , e-mail'],
    ['Nord- und Ostsee', 'Nord- und Ostsee'],
    ['AT&T R&D', 'AT&T R&D'],
    ['10:30 24/7 08/16/2000 3:2', '10:30 24/7 08/16/2000 3:2'],
    ['1.000.000,50 Euro', '1.000.000,50 Euro'],
    ['snake_case x2', 'snake_case x2'],
    ['Mark\u00adbericht', 'Mark\u00adbericht'],
    ['Cafe\u0301.', 'Cafe\u0301 .'],
  ],
  'English clitics are words': [
    ["Dublin's don't can't", "Dublin 's do n't ca n't"],
    ["I'm you’re we'll he'd they've", "I 'm you ’re we 'll he 'd they 've"],
    ["DON'T", "DO N'T"],
    ["parents' house", "parents ' house"],
    ["U.S.'s", "U.S. 's"],
    ["'Tis the '90s", "' Tis the ' 90s"],
    ["it 's do n't", "it 's do n't"],
  ],
  abbreviations: [
    ['Dr. Smith of Acme Inc.', 'Dr. Smith of Acme Inc.'],
    ['J. R. Smith and I. You', 'J. R. Smith and I . You'],
    ['U.S. and U.S troops at 5 p.m.', 'U.S. and U.S troops at 5 p.m.'],
    ['z.B. bzw. usw. Nr. 5', 'z.B. bzw. usw. Nr. 5'],
    ['No. 5? No.', 'No. 5 ? No .'],
    ['It ended.Then', 'It ended . Then'],
    ['done.I left', 'done . I left'],
  ],
  'the web': [
    ['See https://a.b/c?d=e&f. Now', 'See https://a.b/c?d=e&f . Now'],
    ['(www.example.org), http://t.co/x!', '( www.example.org ) , http://t.co/x !'],
    ['mail jane.doe+x@mail.example.org.', 'mail jane.doe+x@mail.example.org .'],
    ['@user: #Berlin! RT@x', '@user : #Berlin ! RT @ x'],
    ['paulhastings.com, report.pdf', 'paulhastings.com , report.pdf'],
    ['nice :-) ;) :D <3', 'nice :-) ;) :D <3'],
  ],
  'emoji, one a word': [
    ['ok👍🏽😀😀', 'ok 👍🏽 😀 😀'],
    ['👩‍👩‍👧‍👦🇩🇪🇮🇪1️⃣', '👩‍👩‍👧‍👦 🇩🇪 🇮🇪 1️⃣'],
    ['❤️love', '❤️ love'],
  ],
  'Chinese characters, one a word': [
    ['東京Tokyo都', '東 京 Tokyo 都'],
    ['𠀀，x', '𠀀 ， x'],
  ],
};

describe.each(Object.entries(cases))('%s', (_, examples) => {
  test.each(examples)('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words.split(' '));
  });
});

test('white space of any kind and invisible characters are between words', () => {
  expect(wordsOf(' a\u00a0b\u200bc\u3000\ufeffd\u0007\n')).toEqual(['a', 'b', 'c', 'd']);
  expect(wordsOf('')).toEqual([]);
  expect(wordsOf('\u200b \u00ad')).toEqual([]);
});

test('ranges are sorted and disjoint, and every visible character is in one', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      ...Object.values(cases)
        .flat()
        .map(([text]) => text),
    ),
    fc.constantFrom("'s", "n't", '.', '-', '@', '#', 'U.', ' ', 'a', '1', '\u200d', '\ufe0f'),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      let end = 0;
      for (const range of splitWords(text)) {
        expect(range.start).toBeGreaterThanOrEqual(end);
        expect(range.end).toBeGreaterThan(range.start);
        expect(text.slice(end, range.start)).toMatch(/^[\s\p{Cc}\p{Cf}\uFFFD]*$/u);
        end = range.end;
      }
      expect(text.slice(end)).toMatch(/^[\s\p{Cc}\p{Cf}\uFFFD]*$/u);
    }),
    { numRuns: 2000, seed: 11 },
  );
});

test('a long text without spaces takes no more than its share of time', () => {
  for (const part of ['a', 'a+', 'a.', 'A-', "a'", '@', 'http://', '((', 'J. ']) {
    expect(splitWords(part.repeat(20_000)).length).toBeGreaterThan(0);
  }
});

const treebank = '../shared/data/uner_en_ewt/en_ewt-ud-test.iob2';
const title = 'agrees with the words and entities of English Web Treebank (test)';
if (existsSync(treebank)) {
  test(title, () => {
    let [shared, ours, gold, entities, foundEntities] = [0, 0, 0, 0, 0];
    for (const block of readFileSync(treebank, 'utf8').split('\n\n')) {
      const text = /^# text = (.*)$/m.exec(block)?.[1];
      if (text === undefined) continue;
      let at = 0;
      const goldWords = block
        .split('\n')
        .filter((line) => /^\d+\t/.test(line))
        .map((line) => {
          const [, word = '', tag = 'O'] = line.split('\t');
          const start = text.indexOf(word, at);
          at = start + word.length;
          return { start, end: at, tag };
        });
      const words = splitWords(text);
      const found = new Set(words.map(({ start, end }) => `${start}-${end}`));
      ours += words.length;
      gold += goldWords.length;
      shared += goldWords.filter(({ start, end }) => found.has(`${start}-${end}`)).length;
      const starts = new Set(words.map(({ start }) => start));
      const ends = new Set(words.map(({ end }) => end));
      goldWords.forEach(({ start, tag }, i) => {
        if (!tag.startsWith('B-')) return;
        let last = i;
        while (goldWords[last + 1]?.tag.startsWith('I-')) last++;
        entities++;
        if (starts.has(start) && ends.has(goldWords[last]!.end)) foundEntities++;
      });
    }
    expect((2 * shared) / (ours + gold)).toBeGreaterThan(0.98); // F1 of words
    expect(foundEntities / entities).toBeGreaterThan(0.99); // entities that begin and end with a word
  });
} else {
  test.skip(`${title}: did not run, because ${treebank} is not here`, () => undefined);
}

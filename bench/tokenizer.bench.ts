import { existsSync, readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { Vocabulary } from '../src/tokenizer/word-piece/vocabulary';
import { readVocabularyFiles } from '../src/tokenizer/word-piece/vocabulary-files';
import { WordPieceTokenizer } from '../src/tokenizer/word-piece/word-piece';

// WordPiece of raw text, ours with offsets against @huggingface/tokenizers without (it has none), one thread, same process, taking
// turns. Cold: a new tokenizer whose caches are empty; warm: the same tokenizer over the same text again.

const ROUNDS = 7;
const { pieces } = readVocabularyFiles({
  vocabulary: readFileSync('public/models/minilm-l6/vocab.txt', 'utf8'),
});

interface Encoder {
  /** Piece ids without [CLS] and [SEP]. */
  encode(text: string): number[];
}

function ours(lowercase: boolean): Encoder {
  const tokenizer = new WordPieceTokenizer(new Vocabulary(pieces), { lowercase });
  return { encode: (text) => tokenizer.encodeText(text).pieceIds };
}

function peer(lowercase: boolean): Encoder {
  const tokenizer = new Tokenizer(
    {
      version: '1.0',
      added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map((content) => ({
        id: pieces.indexOf(content),
        content,
        special: true,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
      })),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: null,
      decoder: null,
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      },
    },
    {},
  );
  return { encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids };
}

const treebank = '../shared/data/uner_en_ewt/en_ewt-ud-train.derived.iob2';
const german = '../shared/data/germeval2014/NER-de-test.tsv';

/** English web text and German news where the corpora are here, else words made of the vocabulary's pieces, by Zipf's law. */
function texts(): Record<string, string[]> {
  if (!existsSync(treebank) || !existsSync(german)) {
    const words = pieces.filter((piece) => /^[a-z]+$/.test(piece));
    let state = 1;
    const draw = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return words[Math.floor(words.length ** ((state >>> 0) / 2 ** 32)) - 1]!;
    };
    return {
      'made text': Array.from(
        { length: 12_000 },
        () => Array.from({ length: 18 }, draw).join(' ') + '.',
      ),
    };
  }
  const english = readFileSync(treebank, 'utf8').matchAll(/^# text = (.*)$/gm);
  const rows = readFileSync(german, 'utf8').split('\n\n');
  return {
    'English web text': Array.from(english, ([, text]) => text!),
    'German news': rows.map((row) =>
      Array.from(row.matchAll(/^\d+\t([^\t]*)/gm), ([, word]) => word!).join(' '),
    ),
  };
}

function secondsOf(encoder: Encoder, lines: readonly string[]): number {
  const begun = performance.now();
  for (const line of lines) encoder.encode(line);
  return (performance.now() - begun) / 1000;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

test.each(Object.entries(texts()))('WordPiece of %s', (name, lines) => {
  const units = lines.reduce((sum, line) => sum + line.length, 0);
  const [a, b] = [ours(true), peer(true)];
  const differing = lines.filter((line) => a.encode(line).join() !== b.encode(line).join()).length;
  const count = lines.reduce((sum, line) => sum + a.encode(line).length, 0);
  const rows = (['cold', 'warm'] as const).map((state) => {
    const warm = [a, b];
    const seconds: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      const pair = state === 'warm' ? warm : [ours(true), peer(true)];
      pair.forEach((encoder, i) => seconds[i]!.push(secondsOf(encoder, lines)));
    }
    const [mine, theirs] = [median(seconds[0]), median(seconds[1])];
    const rate = (time: number) => `${(count / time / 1e6).toFixed(2)} M pieces/s`;
    return { state, ours: rate(mine), 'hugging face js': rate(theirs), ratio: theirs / mine };
  });
  console.log(
    [
      `${name}: ${lines.length} lines, ${(units / 1e6).toFixed(1)} M UTF-16 units, ${count} pieces; median of ${ROUNDS}; ids differ in ${differing} lines`,
      ...rows.map(
        (row) =>
          `  ${row.state}: ours ${row.ours} with offsets, peer ${row['hugging face js']} without, ratio ${row.ratio.toFixed(2)}`,
      ),
    ].join('\n'),
  );
  expect(differing).toBeLessThan(lines.length / 100);
  for (const { ratio } of rows) expect(ratio).toBeGreaterThanOrEqual(2);
});

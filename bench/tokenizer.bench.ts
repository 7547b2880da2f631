import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { createTokenizer, readTokenizerFiles } from '../src/tokenizer/tokenizer-kinds';
import { Vocabulary } from '../src/tokenizer/word-piece/vocabulary';
import { readVocabularyFiles } from '../src/tokenizer/word-piece/vocabulary-files';
import { WordPieceTokenizer } from '../src/tokenizer/word-piece/word-piece';

// WordPiece, Unigram and byte-level BPE of raw text, ours with offsets against @huggingface/tokenizers without (it has none), one thread, same process,
// taking turns. Cold: a new tokenizer whose caches are empty; warm: the same tokenizer over the same text again.

const ROUNDS = 7;
const { pieces } = readVocabularyFiles({
  vocabulary: readFileSync('test/reference/golden/uncased-vocabulary.txt', 'utf8'),
});

interface Encoder {
  /** Piece ids without [CLS] and [SEP]. */
  encode(text: string): number[];
}

function wordPiece(lowercase: boolean): Encoder {
  const tokenizer = new WordPieceTokenizer(new Vocabulary(pieces), { lowercase });
  return { encode: (text) => tokenizer.encodeText(text).pieceIds };
}

function peerWordPiece(lowercase: boolean): Encoder {
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

/** The multilingual encoder's tokenizer where its files are here, else the small one of the tests. */
function unigramJson(): { name: string; json: string } {
  const path = 'public/models/multilingual-e5-small-8/tokenizer.json.gz';
  if (existsSync(path))
    return { name: '250,002 pieces', json: gunzipSync(readFileSync(path)).toString() };
  const golden = JSON.parse(readFileSync('test/reference/golden/unigram.json', 'utf8')) as {
    tokenizer: object;
  };
  return {
    name: `a small vocabulary, for ${path} is not here`,
    json: JSON.stringify(golden.tokenizer),
  };
}

function fromJson(json: string): () => Encoder {
  const { pieces: own, ...described } = readTokenizerFiles({ tokenizer: json });
  return () => {
    const tokenizer = createTokenizer({ vocabulary: own, ...described });
    return { encode: (text) => tokenizer.encodeText(text).pieceIds };
  };
}

function peerFromJson(json: string): () => Encoder {
  return () => {
    const tokenizer = new Tokenizer(JSON.parse(json) as object, {});
    return { encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids };
  };
}

/** RoBERTa's tokenizer with the small vocabulary of the tests: more merges would be looked up no slower. */
function byteLevelJson(): string {
  const golden = JSON.parse(readFileSync('test/reference/golden/byte-level.json', 'utf8')) as {
    cases: { files: Record<string, string> }[];
  };
  return golden.cases[0]!.files['tokenizer.json']!;
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

/** Times both over the lines, cold and warm, prints the rates, and holds ours to twice the peer's. */
function compare(
  name: string,
  lines: readonly string[],
  { ours, peer, rounds = ROUNDS }: { ours: () => Encoder; peer: () => Encoder; rounds?: number },
): void {
  const units = lines.reduce((sum, line) => sum + line.length, 0);
  const warm = [ours(), peer()] as const;
  const [a, b] = warm;
  const differing = lines.filter((line) => a.encode(line).join() !== b.encode(line).join()).length;
  const count = lines.reduce((sum, line) => sum + a.encode(line).length, 0);
  const rows = (['cold', 'warm'] as const).map((state) => {
    const seconds: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const pair = state === 'warm' ? warm : [ours(), peer()];
      pair.forEach((encoder, i) => seconds[i]!.push(secondsOf(encoder, lines)));
    }
    const [mine, theirs] = [median(seconds[0]), median(seconds[1])];
    const rate = (time: number) => `${(count / time / 1e6).toFixed(2)} M pieces/s`;
    return { state, ours: rate(mine), 'hugging face js': rate(theirs), ratio: theirs / mine };
  });
  console.log(
    [
      `${name}: ${lines.length} lines, ${(units / 1e6).toFixed(1)} M UTF-16 units, ${count} pieces; median of ${rounds}; ids differ in ${differing} lines`,
      ...rows.map(
        (row) =>
          `  ${row.state}: ours ${row.ours} with offsets, peer ${row['hugging face js']} without, ratio ${row.ratio.toFixed(2)}`,
      ),
    ].join('\n'),
  );
  expect(differing).toBeLessThan(lines.length / 100);
  for (const { ratio } of rows) expect(ratio).toBeGreaterThanOrEqual(2);
}

test.each(Object.entries(texts()))('WordPiece of %s', (name, lines) => {
  compare(`WordPiece, ${name}`, lines, {
    ours: () => wordPiece(true),
    peer: () => peerWordPiece(true),
  });
});

test.each(Object.entries(texts()))('Unigram of %s', (name, lines) => {
  const { name: vocabulary, json } = unigramJson();
  compare(`Unigram of ${vocabulary}, ${name}`, lines, {
    ...{ ours: fromJson(json), peer: peerFromJson(json) },
    rounds: 3,
  });
});

test.each(Object.entries(texts()))('byte-level BPE of %s', (name, lines) => {
  const json = byteLevelJson();
  compare(`Byte-level BPE, ${name}`, lines, {
    ...{ ours: fromJson(json), peer: peerFromJson(json) },
    rounds: 3,
  });
});

test.each(Object.entries(texts()))('WordPiece with other steps of %s', (name, lines) => {
  const json = JSON.stringify({
    ...{ added_tokens: [], post_processor: null, decoder: null },
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  });
  compare(`WordPiece with NFC and Lowercase, ${name}`, lines, {
    ...{ ours: fromJson(json), peer: peerFromJson(json) },
    rounds: 3,
  });
});

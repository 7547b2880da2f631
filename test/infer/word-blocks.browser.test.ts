import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/export-onnx';
import type { ModelMetadata } from '../../src/export/model-metadata';
import { createAnnotator } from '../../src/infer/annotate';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { scoreSentences } from '../../src/infer/score-split';
import { createSession, type Session } from '../../src/infer/session';
import { SeededRandom } from '../../src/random/seeded-random';
import {
  blockConfig,
  blockMetadata,
  blockVocabulary,
  blockWeights,
  expandedWeights,
  randomBlocks,
} from '../export/block-bert';

const config = blockConfig;
const words = randomBlocks();
const pieceOf = (piece: string) => blockVocabulary.indexOf(piece);
const opened: Session[] = [];

async function open(parts: Promise<Uint8Array<ArrayBuffer>[]>): Promise<Session> {
  const session = await createSession(await readOnnxFile(new File(await parts, 'tiny.onnx')), 2);
  opened.push(session);
  return session;
}

const openPlain = (metadata: ModelMetadata = blockMetadata) =>
  open(exportOnnx({ config, weights: expandedWeights(words), metadata }));

let blocks: Session;
let plain: Session;
beforeAll(async () => {
  blocks = await open(
    exportOnnx({ config, weights: blockWeights, metadata: blockMetadata, words }),
  );
  plain = await openPlain();
});
afterAll(() => Promise.all(opened.map((session) => session.release())));

/** Sequences of pieces that have rows, the changed ones among them. */
function drawSequences(count: number): Int32Array[] {
  const random = new SeededRandom(3);
  const present = [...blockVocabulary.keys()].filter((id) => words.table.rowOf[id]! >= 0);
  const drawn = Array.from({ length: count }, () =>
    Int32Array.from(
      { length: 3 + random.nextBelow(22) },
      () => present[random.nextBelow(present.length)]!,
    ),
  );
  return [Int32Array.of(2, pieceOf('a'), pieceOf('b'), pieceOf('##k'), 3), ...drawn];
}

test('its logits are those of the whole table in f32, bit for bit', async () => {
  const sequences = drawSequences(30);
  for (const batch of [sequences, ...sequences.map((sequence) => [sequence])]) {
    const [ours, theirs] = [await blocks.logits(batch), await plain.logits(batch)];
    expect(ours.logits.some((logit) => logit !== 0)).toBe(true);
    expect(ours.logits).toEqual(theirs.logits);
  }
});

test('so are those of a frozen table, which has no changed rows', async () => {
  const frozen = randomBlocks([]);
  const ours = await open(
    exportOnnx({ config, weights: blockWeights, metadata: blockMetadata, words: frozen }),
  );
  const theirs = await open(
    exportOnnx({ config, weights: expandedWeights(frozen), metadata: blockMetadata }),
  );
  const sequences = drawSequences(5);
  expect((await ours.logits(sequences)).logits).toEqual((await theirs.logits(sequences)).logits);
});

test('a piece that is not in the file ends with an error, and is never another row', async () => {
  await expect(blocks.logits([Int32Array.of(2, pieceOf('一'), 3)])).rejects.toThrow(
    /^tiny\.onnx: the runtime cannot read the text with it/,
  );
});

test('words that the file cannot read are told, and all others are read around the unknown piece', async () => {
  const annotator = createAnnotator(blocks);
  const text = 'ab cd 一 ef\nд xy';
  const { entities, unreadable, words: tagged } = await annotator.annotate(text);
  expect(unreadable.map(({ start, end }) => text.slice(start, end))).toEqual(['一', 'д']);
  expect(tagged.filter((_, i) => [2, 4].includes(i)).map(({ tag }) => tag)).toEqual(['O', 'O']);
  for (const { start, end } of entities) {
    expect(text.slice(start, end)).not.toMatch(/[一д]/);
  }
  const withUnknown = await createAnnotator(plain).annotate('ab cd № ef\n№ xy');
  const readable = (all: typeof tagged) => all.filter((_, i) => ![2, 4].includes(i));
  expect(readable(tagged).map(({ tag }) => tag)).toEqual(
    readable(withUnknown.words).map(({ tag }) => tag),
  );
  expect(withUnknown.unreadable).toEqual([]);
});

test('what cannot be read follows the typing', async () => {
  const annotator = createAnnotator(blocks);
  const wordsOf = async (text: string) => {
    const { starts, ends } = (await annotator.read(text)).unreadable;
    return Array.from(starts, (start, i) => text.slice(start, ends[i]));
  };
  expect(await wordsOf('ab 一')).toEqual(['一']);
  expect(await wordsOf('ab 一丁 cd')).toEqual(['一', '丁']); // each is a word
  expect(await wordsOf('ab cd')).toEqual([]);
  expect(await wordsOf('丁 ab cd 一')).toEqual(['丁', '一']);
});

test('a corpus is scored with the words that could not be read, which are O and counted', async () => {
  const annotator = createAnnotator(blocks);
  const [tagged] = await annotator.annotateWords([['ab', '一', 'cd']]);
  expect(tagged!.tags[1]).toBe('O');
  expect(tagged).toMatchObject({ wordsInWindow: 3, unreadable: 1 });
  const sentence = (...words: string[]) => ({ words, spans: [], line: 1, startsDocument: false });
  const sentences = [sentence('ab', '一', 'cd'), sentence('д', 'д')];
  expect(await scoreSentences(annotator, sentences, 'IOB2')).toMatchObject({
    ...{ words: 5, wordsBeyondWindow: 0, unreadableWords: 3 },
  });
  expect(await scoreSentences(annotator, [sentence('ab')], 'IOB2')).not.toHaveProperty(
    'unreadableWords',
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnnotator, type Annotator } from '../../src/infer/annotate';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { scoreSentences } from '../../src/infer/score-split';
import { createSession, type Session } from '../../src/infer/session';
import { letterProbability, letterTaggerFile } from './letter-tagger';

let session: Session;
let annotator: Annotator;

beforeAll(async () => {
  session = await createSession(await readOnnxFile(await letterTaggerFile()), 2);
  annotator = createAnnotator(session);
});
afterAll(() => session.release());

/** Entities as `label:text`, their offsets held against the text. */
async function entitiesOf(text: string): Promise<string[]> {
  const { entities } = await annotator.annotate(text);
  return entities.map(({ start, end, label }) => `${label}:${text.slice(start, end)}`);
}

describe('annotate', () => {
  test('finds entities of one and of several words, with UTF-16 offsets', async () => {
    const text = '🙂 e Ak bk, e (ck)!';
    const { entities, words } = await annotator.annotate(text);
    expect(entities.map(({ start, end, label }) => [start, end, label])).toEqual([
      [5, 10, 'PER'],
      [15, 17, 'LOC'],
    ]);
    expect(words.map(({ start, end, tag }) => [text.slice(start, end), tag])).toEqual([
      ['🙂', 'O'],
      ['e', 'O'],
      ['Ak', 'B-PER'],
      ['bk', 'I-PER'],
      [',', 'O'],
      ['e', 'O'],
      ['(', 'O'],
      ['ck', 'B-LOC'],
      [')', 'O'],
      ['!', 'O'],
    ]);
  });

  test('is as sure as the mean of the words’ softmax says', async () => {
    const { entities } = await annotator.annotate('e a b e');
    expect(entities).toHaveLength(1);
    expect(entities[0]!.confidence).toBeCloseTo(letterProbability, 6);
  });

  test('finds nothing where there are no words', async () => {
    for (const text of ['', ' ', '\n\n\t', '\u200b']) {
      expect(await annotator.annotate(text)).toMatchObject({ entities: [], words: [] });
    }
  });

  test('ends an entity at every kind of line end, and only there', async () => {
    expect(await entitiesOf('a b')).toEqual(['PER:a b']);
    expect(await entitiesOf('a  \t b')).toEqual(['PER:a  \t b']);
    for (const lineEnd of ['\n', '\r\n', '\r', '\n\n', ' \n ']) {
      expect(await entitiesOf(`a${lineEnd}b`)).toEqual(['PER:a', 'PER:b']);
    }
  });

  test('finds in a long text what it finds in short ones, at the right places', async () => {
    // 12 pieces a window: every entity comes to stand at every place of a window.
    const stretch = 'e ak bkk e ckk dk dkl ef a gh c ';
    const { entities } = await annotator.annotate(stretch.trim());
    const short = entities.map(({ start, end, label }) => ({ start, end, label }));
    const repeats = 41;
    const long = await annotator.annotate(stretch.repeat(repeats).trim());
    expect(long.entities.map(({ start, end, label }) => ({ start, end, label }))).toEqual(
      Array.from({ length: repeats }, (_, i) =>
        short.map(({ start, end, label }) => ({
          start: start + i * stretch.length,
          end: end + i * stretch.length,
          label,
        })),
      ).flat(),
    );
  });

  test('reads a word longer than the window by its beginning', async () => {
    expect(await entitiesOf(`e a${'k'.repeat(40)} bk e`)).toEqual([`PER:a${'k'.repeat(40)} bk`]);
  });

  test('calls a word without pieces O: a lone accent, which an uncased model does not see', async () => {
    expect(await entitiesOf('e ak \u0301 bk')).toEqual(['PER:ak', 'PER:bk']);
    expect(await entitiesOf('\u0301')).toEqual([]);
  });

  test('gives the same for lines it has read before, wherever they stand', async () => {
    const once = await entitiesOf('e ak\nck dk');
    expect(await entitiesOf('ck dk\ne\ne ak\nck dk')).toEqual(['LOC:ck dk', ...once]);
    expect(await entitiesOf('e ak\nck dk')).toEqual(once);
  });

  test('tells how long the model read, not how fast it remembers', async () => {
    const words = 'e ak bkk e ckk dk dkl ef a gh c '.repeat(60);
    const { readMs } = await annotator.annotate(words);
    expect(readMs).toBeGreaterThan(0);
    expect((await annotator.annotate(words)).readMs).toBe(readMs);
    expect((await annotator.annotate('')).readMs).toBe(readMs);
    expect((await annotator.annotate(`${words}\ne`)).readMs).not.toBe(readMs);
  });
});

describe('annotateWords', () => {
  test('gives every word its tag, in the order of the sentences', async () => {
    const sentences = [['e'], ['e', 'ak', 'bk'], [], ['ck', 'dk']];
    expect(await annotator.annotateWords(sentences)).toEqual([
      { tags: ['O'], wordsInWindow: 1, unreadable: 0 },
      { tags: ['O', 'B-PER', 'I-PER'], wordsInWindow: 3, unreadable: 0 },
      { tags: [], wordsInWindow: 0, unreadable: 0 },
      { tags: ['B-LOC', 'I-LOC'], wordsInWindow: 2, unreadable: 0 },
    ]);
  });

  test('cuts a sentence to the window as training does', async () => {
    const words = [...new Array<string>(11).fill('e'), 'ak', 'ck'];
    const [sentence] = await annotator.annotateWords([words]);
    expect(sentence!.wordsInWindow).toBe(12);
    expect(sentence!.tags.slice(11)).toEqual(['B-PER', 'O']);
  });

  test('tells how far it is, and stops between two runs', async () => {
    const sentences = new Array<string[]>(2000).fill(['e']);
    const done: number[] = [];
    await annotator.annotateWords(sentences, { onProgress: (count) => done.push(count) });
    expect(done.length).toBeGreaterThan(2);
    expect(done.at(-1)).toBe(2000);

    const stop = new AbortController();
    const reason = new Error('stopped');
    const stopped = annotator.annotateWords(sentences, {
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
  });

  test('hears messages while it works', async () => {
    const channel = new MessageChannel();
    const heard = new Promise((resolve) => (channel.port1.onmessage = resolve));
    const working = annotator.annotateWords(new Array<string[]>(2000).fill(['e']));
    let isDone = false;
    void working.then(() => (isDone = true));
    channel.port2.postMessage('stop');
    await heard;
    expect(isDone).toBe(false);
    await working;
    channel.port1.close();
  });
});

test('scoreSentences counts words beyond the window as missed', async () => {
  const beyond = [...new Array<string>(12).fill('e'), 'ck'];
  const report = await scoreSentences(
    annotator,
    [
      {
        words: ['ak', 'bk', 'e'],
        spans: [{ start: 0, end: 2, label: 'PER' }],
        line: 1,
        startsDocument: true,
      },
      {
        words: beyond,
        spans: [{ start: 12, end: 13, label: 'LOC' }],
        line: 5,
        startsDocument: false,
      },
    ],
    'IOB2',
  );
  expect(report.entity).toMatchObject({ correct: 1, predicted: 1, gold: 2 });
  expect(report).toMatchObject({ words: 16, wordsBeyondWindow: 1, entitiesBeyondWindow: 1 });
  expect(report.tokenAccuracy).toBe(15 / 16);
});

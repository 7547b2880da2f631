import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnnotator, type Annotator } from '../../src/infer/annotate';
import type { PartialReading } from '../../src/infer/annotation';
import type { Logits, PieceScorer } from '../../src/infer/session';
import { listEntities } from '../../src/ner/entity-columns';
import { mixBits } from '../../src/random/mix-bits';
import { tinyPieces } from '../tokenizer/tiny-vocabulary';

const letters = [...'abcdefgh'];
const vocabulary = tinyPieces(...letters, ...letters.map((letter) => `##${letter}`), '.', ',');
const tags = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'];
const maxPieces = 18;

/** A model whose scores of a piece follow from the whole window and the piece's place in it, as a BERT's do: another window, other tags. */
function contextScorer(): PieceScorer & { windows: number } {
  return {
    windows: 0,
    metadata: { vocabulary, lowercase: true, maxPieces, tags },
    logits(sequences): Promise<Logits> {
      this.windows += sequences.length;
      const pieces = Math.max(...sequences.map(({ length }) => length));
      const logits = new Float32Array(sequences.length * pieces * tags.length);
      sequences.forEach((sequence, row) => {
        expect(sequence.length).toBeLessThanOrEqual(maxPieces);
        const seen = sequence.reduce((hash, id) => mixBits(hash ^ id), 0);
        for (let at = 0; at < sequence.length * tags.length; at++)
          logits[row * pieces * tags.length + at] = mixBits(seen ^ (at + 1)) / 2 ** 30;
      });
      return Promise.resolve({ logits, batch: sequences.length, pieces, tags: tags.length });
    },
  };
}

async function afresh(text: string) {
  const { entities, words } = await createAnnotator(contextScorer()).annotate(text);
  return { entities, words };
}

const words = fc.array(fc.constantFrom(...letters, 'abc', 'gh.', 'dd,', 'eeeeee', '\n', '.'), {
  maxLength: 120,
});

describe('a text that is edited and read again', () => {
  test('has exactly the annotation of the text read from scratch', async () => {
    const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(30), words), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(words, edits, async (start, changes) => {
        const annotator = createAnnotator(contextScorer());
        let text = start.join(' ');
        await annotator.annotate(text);
        for (const [at, length, typed] of changes) {
          const from = at % (text.length + 1);
          text = `${text.slice(0, from)}${typed.slice(0, 9).join(' ')}${text.slice(from + length)}`;
          expect(await annotator.annotate(text)).toMatchObject(await afresh(text));
        }
      }),
      { seed: 15, numRuns: 100 },
    );
  });

  test('a key in a long line reads only the windows that hold it, and soon the cuts are the same', async () => {
    const scorer = contextScorer();
    const annotator = createAnnotator(scorer);
    let text = Array.from({ length: 6000 }, (_, i) => letters[mixBits(i + 1) % 8]!).join(' ');
    await annotator.annotate(text);
    const all = scorer.windows;
    expect(all).toBeGreaterThan(400);
    for (const at of [0, 3000, 6001, 9000, text.length - 1]) {
      scorer.windows = 0;
      text = `${text.slice(0, at)}b${text.slice(at)}`;
      expect(await annotator.annotate(text)).toMatchObject(await afresh(text));
      expect(scorer.windows).toBeGreaterThan(0);
      expect(scorer.windows).toBeLessThan(8);
    }
  });
});

describe('a long reading', () => {
  /** Slow enough for parts to be told. */
  function slowReading(): { annotator: Annotator; scorer: ReturnType<typeof contextScorer> } {
    const scorer = contextScorer();
    const score = scorer.logits.bind(scorer);
    scorer.logits = async (sequences) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      return score(sequences);
    };
    return { annotator: createAnnotator(scorer), scorer };
  }
  const text = Array.from({ length: 12_000 }, (_, i) => letters[mixBits(i + 1) % 8]!).join(' ');

  test('tells what it has found so far: the entities of the front, as the whole has them', async () => {
    const parts: PartialReading[] = [];
    const { entities } = await slowReading().annotator.read(text, {
      onPart: (part) => parts.push(part),
    });
    expect(parts.length).toBeGreaterThan(0);
    const all = listEntities(entities);
    for (const part of parts) {
      expect(part.done).toBeLessThanOrEqual(part.total);
      // The last may go on behind the part's end.
      const found = listEntities(part.entities).filter(({ end }) => end < part.end);
      expect(found).toEqual(all.slice(0, found.length));
    }
    expect(parts.at(-1)!.end).toBeGreaterThan(parts[0]!.end);
  });

  test('ends when it is told to, and what it has read is not read again', async () => {
    const { annotator, scorer } = slowReading();
    const stop = new AbortController();
    const reason = new Error('a later text came');
    const reading = annotator.read(text, {
      signal: stop.signal,
      onPart: () => stop.abort(reason),
    });
    await expect(reading).rejects.toBe(reason);
    const before = scorer.windows;
    expect(before).toBeGreaterThan(0);
    const { entities, words: all } = await annotator.annotate(text);
    expect({ entities, words: all }).toEqual(await afresh(text));
    const whole = contextScorer();
    await createAnnotator(whole).annotate(text);
    expect(scorer.windows).toBe(whole.windows);
  });
});

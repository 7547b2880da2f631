import { describe, expect, test } from 'vitest';
import type {
  CorpusReadingCalls,
  SentenceMatches,
  SentenceQuery,
} from '../../../src/protocol/corpus-reading';
import { CorpusStatistics } from '../../../src/studio/corpus/corpus-statistics.svelte';
import { SentenceBrowser } from '../../../src/studio/corpus/sentence-browser.svelte';
import { openFresh } from '../../storage/fresh-database';
import { someCorpus, someSentences } from '../../storage/samples';

const corpus = someCorpus('letters', { train: 1000 });
const matchesOf = (count: number): SentenceMatches => ({
  count,
  bySplit: { train: Int32Array.from({ length: count }, (_, index) => index) },
});

/** Calls whose searches and readings are answered when the test says so. */
function heldCalls() {
  const searches: { query: SentenceQuery; answer: (count: number) => void }[] = [];
  const readings: { first: number; answer: () => void }[] = [];
  const never = () => Promise.reject(new Error('not asked for here'));
  const calls: CorpusReadingCalls = {
    searchSentences: (_, query) =>
      new Promise((resolve) => {
        searches.push({ query, answer: (count) => resolve(matchesOf(count)) });
      }),
    readSentences: (_, places) =>
      new Promise((resolve) => {
        const rows = places.map((place) => ({
          ...place,
          sentence: someSentences(1, place.index)[0]!,
          matched: [],
          findings: [],
        }));
        readings.push({ first: places[0]!.index, answer: () => resolve(rows) });
      }),
    describeCorpus: never,
    describeWords: never,
    stopDescribing: never,
  };
  return { calls, searches, readings };
}

describe('a browser of sentences', () => {
  test('shows what was searched for last, whatever is answered first', async () => {
    const { calls, searches, readings } = heldCalls();
    const browser = new SentenceBrowser(calls);
    const opening = browser.open(corpus);
    browser.text = 'ada';
    const searching = browser.search();
    expect(searches.map(({ query }) => query)).toEqual([{}, { text: 'ada' }]);
    searches[1]!.answer(7);
    await expect.poll(() => readings.length).toBe(1);
    readings[0]!.answer();
    await searching;
    searches[0]!.answer(1000);
    await opening;
    expect(browser.matches?.count).toBe(7);
    expect(browser.searching).toBe(false);
  });

  test('fetches what is in sight and passes over what was scrolled by', async () => {
    const { calls, searches, readings } = heldCalls();
    const browser = new SentenceBrowser(calls);
    const opening = browser.open(corpus);
    searches[0]!.answer(1000);
    await expect.poll(() => readings.length).toBe(1);
    readings[0]!.answer();
    await opening;
    expect(browser.row(39)?.index).toBe(39);
    expect(browser.row(40)).toBeUndefined();

    const showing = browser.show(200, 230);
    void browser.show(400, 430);
    void browser.show(915, 930);
    readings[1]!.answer();
    await expect.poll(() => readings.length).toBe(3);
    readings[2]!.answer();
    await expect.poll(() => readings.length).toBe(4);
    readings[3]!.answer();
    await showing;
    expect(readings.map(({ first }) => first)).toEqual([0, 200, 880, 920]);
    expect(browser.row(915)?.index).toBe(915);
  });

  test('keeps its filters for the same corpus read anew, and none for another', () => {
    const { calls, searches } = heldCalls();
    const browser = new SentenceBrowser(calls);
    void browser.open(corpus);
    browser.label = 'PER';
    void browser.open({ ...corpus });
    void browser.open(someCorpus('others', { train: 3 }));
    expect(searches.map(({ query }) => query)).toEqual([{}, { label: 'PER' }, {}]);
  });
});

test('counting a corpus can be stopped, and begun again', async () => {
  const database = await openFresh();
  const abort = { now: () => undefined as unknown };
  let asked = 0;
  const calls: CorpusReadingCalls = {
    ...heldCalls().calls,
    describeCorpus: () => {
      asked++;
      if (asked > 1) return Promise.resolve({ surfaceForms: {}, formShortfall: 0, words: {} });
      return new Promise((_, reject) => {
        abort.now = () => reject(new DOMException('stopped', 'AbortError'));
      });
    },
    stopDescribing: () => {
      abort.now();
      return Promise.resolve();
    },
  };
  const statistics = new CorpusStatistics(calls, database);
  const counting = statistics.describe(corpus);
  await expect.poll(() => asked).toBe(1);
  expect(statistics.counting).toBe(true);
  await statistics.stop();
  await counting;
  expect([statistics.counting, statistics.stopped, statistics.trouble]).toEqual([
    false,
    true,
    undefined,
  ]);
  await statistics.describe(corpus);
  expect(statistics.stopped).toBe(false);
  expect(statistics.description).toBeDefined();
  await statistics.describe(corpus);
  expect(asked).toBe(2); // nothing has changed
});

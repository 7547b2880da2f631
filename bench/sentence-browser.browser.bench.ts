import { deleteDB } from 'idb';
import { flushSync, mount, tick } from 'svelte';
import { expect, test } from 'vitest';
import type { Sentence } from '../src/ner/sentence';
import { connectDataWorker } from '../src/protocol/connect';
import type { SentenceQuery } from '../src/protocol/corpus-reading';
import { readStoredSentences } from '../src/storage/corpora/corpora';
import { writeCorpus } from '../src/storage/corpora/corpus-writer';
import { openDatabase } from '../src/storage/database';
import { SentenceBrowser } from '../src/studio/corpus/sentence-browser.svelte';
import FoundSentence from '../src/ui/findings/FoundSentence.svelte';
import SentenceList from '../src/ui/findings/SentenceList.svelte';
import { assignColours } from '../src/ui/parts/entity-colours';
import '../src/ui/styles/fonts.css';
import '../src/ui/styles/page.css';
import '../src/ui/styles/marks.css';

// A corpus of 100,000 sentences, words drawn by Zipf's law, in storage and read by the real data worker. Searching: ours, which packs what it has
// read once, against reading and looking at every sentence. Scrolling: frames of the list, and what drawing rows costs when all are drawn.

const SENTENCES = 100_000;
const ROUNDS = 5;
const ROWS_DRAWN = 5_000;
const labels = ['PER', 'LOC', 'ORG', 'MISC'];
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function draw(count: number): Sentence[] {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const syllables = ['ka', 'lo', 'mi', 'ten', 'ra', 'su', 'vel', 'no', 'pi', 'dor'];
  const words = Array.from({ length: 30_000 }, (_, rank) => {
    const word = [...rank.toString()].map((digit) => syllables[Number(digit)]!).join('');
    return rank % 5 === 0 ? word[0]!.toUpperCase() + word.slice(1) : word;
  });
  let line = 1;
  return Array.from({ length: count }, (_, index) => {
    const length = 5 + Math.floor(30 * random());
    const start = Math.floor(length * random());
    const sentence: Sentence = {
      words: Array.from({ length }, () => words[Math.floor(words.length ** random()) - 1]!),
      spans: index % 3 === 0 ? [] : [{ start, end: start + 1, label: labels[index % 4]! }],
      line,
      startsDocument: index === 0,
    };
    line += length + 1;
    return sentence;
  });
}

async function msOf(action: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

test('a browser of 100,000 sentences', async () => {
  const database = await openDatabase(); // the worker's own
  const sentences = draw(SENTENCES);
  const corpus = await writeCorpus(database, async (writer) => {
    await writer.append('train', sentences);
    return {
      id: writer.id,
      name: 'drawn',
      createdAt: 1,
      files: [],
      labels,
      statistics: {
        train: {
          documents: 1,
          sentences: SENTENCES,
          words: sentences.reduce((sum, { words }) => sum + words.length, 0),
          entities: 0,
          entitiesByLabel: {},
        },
      },
      splitExplanation: '',
      errorsDropped: false,
      hash: 'drawn',
    };
  });
  const { calls, ...worker } = connectDataWorker((news) => {
    if (news.kind === 'ended' || news.kind === 'failed') throw new Error(news.reason);
  });

  const naive = async (text: string) => {
    const wanted = text.toLowerCase().split(' ');
    let count = 0;
    for await (const chunk of readStoredSentences(database, corpus.id, 'train')) {
      for (const { words } of chunk) {
        const folded = words.map((word) => word.toLowerCase());
        const holds = folded.some((_, at) =>
          wanted.every((each, i) =>
            i < wanted.length - 1 ? folded[at + i] === each : folded[at + i]?.startsWith(each),
          ),
        );
        if (holds) count++;
      }
    }
    return count;
  };
  const queries: SentenceQuery[] = [
    { text: 'k' },
    { text: 'lomi' },
    { text: 'lo ka' },
    { text: 'lomitenra' },
    { label: 'ORG' },
  ];
  const cold = await msOf(() => calls.searchSentences(corpus.id, { text: 'lomi' }));
  const plain = await msOf(() => naive('lomi'));
  console.log(`${SENTENCES} sentences, ${corpus.statistics.train!.words} words`);
  console.log(`  the first search, which reads and packs: ${cold.toFixed(0)} ms`);
  console.log(`  reading and looking at every sentence: ${plain.toFixed(0)} ms`);
  for (const query of queries) {
    const times: number[] = [];
    let count = 0;
    for (let round = 0; round < ROUNDS; round++) {
      times.push(
        await msOf(async () => {
          count = (await calls.searchSentences(corpus.id, query))?.count ?? -1;
        }),
      );
    }
    const ms = median(times);
    if (query.text) expect(count).toBe(await naive(query.text));
    console.log(
      `  ${JSON.stringify(query)}: ${count} found in ${ms.toFixed(1)} ms, ${(plain / ms).toFixed(0)} times as fast as a plain look`,
    );
  }

  const target = document.createElement('div');
  target.style.width = '56rem';
  document.body.append(target);
  const colours = assignColours(labels);
  const browser = new SentenceBrowser(calls);
  const untilSeen = async () => {
    const seen = () => target.querySelector('.viewport')?.getBoundingClientRect();
    for (;;) {
      await nextFrame();
      const view = seen();
      const rows = [...target.querySelectorAll('li')].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return view && bottom > view.top && top < view.bottom;
      });
      if (rows.length > 0 && rows.every((row) => row.querySelector('p'))) return;
    }
  };
  const windowed = await msOf(async () => {
    await browser.open(corpus);
    mount(SentenceList, {
      target,
      props: { browser, matches: browser.matches!, total: SENTENCES, colours },
    });
    await untilSeen();
  });
  const viewport = target.querySelector('.viewport')!;
  await nextFrame();
  const frames: number[] = [];
  const works: number[] = [];
  let before = await nextFrame();
  for (let frame = 0; frame < 400; frame++) {
    const begun = performance.now();
    viewport.scrollTop += 160; // about 10,000 pixels a second
    viewport.dispatchEvent(new Event('scroll'));
    flushSync();
    works.push(performance.now() - begun);
    const now = await nextFrame();
    frames.push(now - before);
    before = now;
  }
  const jumps: number[] = [];
  for (const share of [0.5, 0.1, 0.9, 0.3, 0.99]) {
    jumps.push(
      await msOf(async () => {
        viewport.scrollTop = share * viewport.scrollHeight;
        await untilSeen();
      }),
    );
  }
  const rowsInPage = target.querySelectorAll('li').length;

  const all = document.createElement('div');
  all.style.width = '56rem';
  document.body.append(all);
  const drawAll = await msOf(async () => {
    for (const [index, sentence] of sentences.slice(0, ROWS_DRAWN).entries()) {
      const found = { split: 'train' as const, index, sentence, matched: [], findings: [] };
      mount(FoundSentence, { target: all, props: { found, colours } });
    }
    await tick();
    all.getBoundingClientRect();
    await nextFrame();
  });
  all.remove();
  const ofAll = (drawAll * SENTENCES) / ROWS_DRAWN;
  const late = frames.filter((ms) => ms > 34).length;
  console.log(
    [
      `  opened and drawn in ${windowed.toFixed(0)} ms with ${rowsInPage} rows in the page; all rows, from ${ROWS_DRAWN} of them: ${ofAll.toFixed(0)} ms, ${(ofAll / windowed).toFixed(0)} times that`,
      `  ${frames.length} frames of scrolling: median ${median(frames).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(1)} ms, ${late} took two frames' time or more`,
      `  the page's own work for a step, layout included: median ${median(works).toFixed(1)} ms, longest ${Math.max(...works).toFixed(1)} ms`,
      `  jumps until every row in sight is there: median ${median(jumps).toFixed(0)} ms, longest ${Math.max(...jumps).toFixed(0)} ms`,
    ].join('\n'),
  );
  worker.terminate();
  database.close();
  await deleteDB(database.name);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveBuild } from '../scripts/serve-build.mjs';
import type { Automation } from '../src/protocol/automation';
import { openChromiumTab } from '../test/e2e/engines/chromium-tab';
import { openFirefoxTab } from '../test/e2e/engines/firefox-tab';
import { runIn, type Tab } from '../test/e2e/engines/tab';
import { median } from './median';

/** Share of Chromium's pieces a second that Firefox is to reach on the same machine. */
const target = 0.7;
const rounds = 3;
/** Sentences of each split of the sample in one run, and its epochs. */
const order = { limit: 160, epochs: 1 };

interface Trained {
  piecesPerSecond: number;
  threads: number;
  /** Entity F1 (conlleval) on dev by epoch. */
  f1: number[];
  losses: number[];
}

let server: Awaited<ReturnType<typeof serveBuild>>;
const tabs: Tab[] = [];
beforeAll(async () => {
  server = await serveBuild(0);
  for (const openTab of [openFirefoxTab, openChromiumTab]) {
    const tab = await openTab(server.url, []);
    tabs.push(tab);
    await tab.open(`${server.url}/?backend=wasm`);
  }
});
afterAll(async () => {
  for (const tab of tabs) await tab.close();
  await server.close();
});

/** Trains in a tab. It asks again and again what the page is doing: no driver waits for minutes. */
async function train(tab: Tab): Promise<Trained> {
  await runIn(
    tab,
    ({ limit, epochs }) => {
      const page = globalThis as unknown as {
        tagwerk: Automation;
        outcome?: Trained | string;
      };
      delete page.outcome;
      const read = async (split: string) => {
        const name = `english.${split}.conll`;
        return [new File([await (await fetch(`sample/${name}`)).blob()], name)];
      };
      const work = async () => {
        const { threads } = await page.tagwerk.backend();
        const files = { train: await read('train'), dev: await read('dev') };
        const recipe = { epochs };
        const dropErrors = false;
        const { run } = await page.tagwerk.train(
          { files, encoder: 'multilingual-e5-small-8', recipe, limit, dropErrors },
          () => undefined,
        );
        return {
          piecesPerSecond: run.piecesPerSecond,
          threads,
          f1: run.epochs.map(({ report }) => report.entity.f1),
          losses: Array.from(run.losses),
        };
      };
      work().then(
        (trained) => (page.outcome = trained),
        (error: unknown) => (page.outcome = String(error)),
      );
    },
    order,
  );
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const outcome = (await tab.evaluate('globalThis.outcome ?? null')) as Trained | string | null;
    if (typeof outcome === 'string') throw new Error(`${tab.browser}: ${outcome}`);
    if (outcome) return outcome;
  }
}

/** Needs a build (`npm run build`) and quiet cores. The two take turns, so that what else the machine does meets both. */
test('training in Firefox and in Chromium, each with all its threads', async () => {
  const trained = tabs.map(() => [] as Trained[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, tab] of tabs.entries()) trained[i]!.push(await train(tab));
  }
  const speeds = trained.map((runs) => median(runs.map((run) => run.piecesPerSecond)));
  for (const [i, tab] of tabs.entries()) {
    const { threads, f1 } = trained[i]![0]!;
    const each = trained[i]!.map((run) => Math.round(run.piecesPerSecond)).join(', ');
    console.log(
      `${tab.browser}, ${threads} threads: ${Math.round(speeds[i]!)} pieces/s (median of ${each}); ` +
        `dev entity F1 (conlleval) by epoch ${f1.map((score) => score.toFixed(4)).join(', ')}`,
    );
  }
  console.log(`Firefox / Chromium: ${(speeds[0]! / speeds[1]!).toFixed(2)}, target ${target}`);
  const [first] = trained[0]!;
  for (const run of trained.flat()) expect(run.losses).toEqual(first!.losses);
});

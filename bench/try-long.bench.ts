import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, test } from 'vitest';
import { launchOptions } from '../scripts/launch-options.mjs';
import { serveBuild } from '../scripts/serve-build.mjs';
import { median } from './median';
import { drawProse, nameTagger } from './name-tagger';

/** Bounds: no block of the page longer than this, and no key. */
const target = { blockMs: 100, keyMs: 50 };
const keys = 12;
/** Limit of a paste or a reading, so that a page that stands still for ever ends the measurement. */
const limitMs = Number(process.env['TRY_LONG_LIMIT_S'] ?? 300) * 1000;

const texts: [name: string, text: string][] = [
  ...([10_000, 100_000, 1_000_000] as const).flatMap((length): [string, string][] => {
    const size = `${length / 1000} kB`;
    return [
      [`${size} in lines`, drawProse(length, '\n')],
      [`${size} in one line`, drawProse(length, ' ')],
      [`${size} of apostrophes`, "'".repeat(length)],
    ];
  }),
];

let browser: Browser;
let server: Awaited<ReturnType<typeof serveBuild>>;
let folder: string;
beforeAll(async () => {
  server = await serveBuild(0);
  browser = await chromium.launch(launchOptions());
  folder = mkdtempSync(join(tmpdir(), 'tagwerk-try-long-'));
  writeFileSync(join(folder, 'names.onnx'), Buffer.from(await (await nameTagger()).arrayBuffer()));
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Measured {
  /** Longest block of the page's thread, in milliseconds: while pasting and reading, while scrolling, while typing. */
  pasteMs: number;
  scrollMs: number;
  typeMs: number;
  /** Time from each key to the next frame that shows it. */
  keyMs: number[];
}

/** Opens a page of its own, whose blocks and keys are noted from the beginning. */
async function openPage(): Promise<Page> {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(limitMs);
  await page.addInitScript(() => {
    const noted = { blocks: [] as number[], keys: [] as number[] };
    Object.assign(globalThis, { noted });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) noted.blocks.push(duration);
    }).observe({ type: 'longtask' });
    addEventListener(
      'keydown',
      ({ timeStamp, key }) => {
        if (key.length > 1) return;
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => noted.keys.push(performance.now() - timeStamp);
          port2.postMessage(undefined); // after the frame was laid out and painted
        });
      },
      { capture: true },
    );
  });
  return page;
}

/** Gives the longest block since the last call. */
function takeBlock(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { noted } = globalThis as unknown as { noted: { blocks: number[] } };
    return Math.max(0, ...noted.blocks.splice(0));
  });
}

async function measure(
  page: Page,
  text: string,
  settle: () => Promise<unknown>,
): Promise<Measured> {
  const field = page.getByRole('textbox');
  await field.click();
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await takeBlock(page);
  await page.keyboard.press('Control+v');
  await settle();
  const pasteMs = await takeBlock(page);
  await page.keyboard.press('Control+Home');
  const box = (await field.boundingBox())!;
  await page.mouse.move(box.x + 200, Math.min(700, box.y + 100));
  for (let turn = 0; turn < 10; turn++) {
    await page.mouse.wheel(0, turn < 5 ? 900 : 60_000);
    await wait(150);
  }
  const scrollMs = await takeBlock(page);
  await page.mouse.click(box.x + 200, 400);
  await page.evaluate(() => {
    (globalThis as unknown as { noted: { keys: number[] } }).noted.keys = [];
  });
  for (let key = 0; key < keys; key++) {
    await page.keyboard.press(key % 6 === 5 ? ' ' : 'a');
    await wait(250);
  }
  await settle();
  const keyMs = await page.evaluate(
    () => (globalThis as unknown as { noted: { keys: number[] } }).noted.keys,
  );
  return { pasteMs, scrollMs, typeMs: await takeBlock(page), keyMs };
}

async function measureStudio(text: string): Promise<Measured> {
  const page = await openPage();
  try {
    await page.goto(`${server.url}/?backend=wasm#try`);
    await page
      .locator('input[type=file][accept*=".onnx"]')
      .first()
      .setInputFiles(join(folder, 'names.onnx'));
    await page.getByRole('textbox').waitFor();
    const settle = async () => {
      await wait(300);
      await page
        .getByRole('region', { name: 'Entities', exact: true })
        .getByRole('status')
        .filter({ hasText: /^[\d,]+ entit/u })
        .waitFor({ state: 'attached' });
      await wait(300);
    };
    return await measure(page, text, settle);
  } finally {
    await page.context().close();
  }
}

/** The peer: a plain text field of the same font and width, with nothing else in its page. */
async function measurePlain(text: string): Promise<Measured> {
  const page = await openPage();
  try {
    const body = '<textarea style="width: 50rem; height: 70vh; font: 1.6rem/2.4 serif"></textarea>';
    await page.route('**/plain', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(`${server.url}/plain`);
    return await measure(page, text, () => wait(500));
  } finally {
    await page.context().close();
  }
}

const show = (ms: number) => (ms < 50 ? '< 50' : ms.toFixed(0)).padStart(6);

/** Needs a build (`npm run build`) and quiet cores. */
test.each(texts)('%s', async (name, text) => {
  let studio: Measured;
  try {
    studio = await measureStudio(text);
  } catch (error) {
    console.log(`${name}: gave up, ${(error as Error).message.split('\n')[0]}`);
    return;
  }
  const plain = await measurePlain(text);
  const [own, peer] = [median(studio.keyMs), median(plain.keyMs)];
  console.log(
    `${name.padEnd(24)} longest block, ms: paste and read ${show(studio.pasteMs)}, scroll ${show(studio.scrollMs)}, ` +
      `type ${show(studio.typeMs)} (target ${target.blockMs}); key to frame, median of ${studio.keyMs.length}: ${own.toFixed(0)} ms, ` +
      `longest ${Math.max(...studio.keyMs).toFixed(0)} (target ${target.keyMs}); a plain text field: ${peer.toFixed(0)} ms, ` +
      `ratio ${(own / peer).toFixed(2)}, its longest block ${show(Math.max(plain.pasteMs, plain.scrollMs, plain.typeMs))}`,
  );
});

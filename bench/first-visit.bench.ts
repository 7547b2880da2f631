import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium, type Browser } from 'playwright';
import { launchOptions } from '../scripts/launch-options.mjs';
import { serveBuild } from '../scripts/serve-build.mjs';
import { SAMPLES } from '../src/studio/corpus/sample';

/** Goals of the first visit: seconds to a file of a trained model, and entity F1 (conlleval) on dev by language, a mean of three seeds. */
const target = {
  seconds: 150,
  entityF1: new Map([
    ['English', 0.82],
    ['German', 0.76],
  ]),
};

let browser: Browser;
let server: Awaited<ReturnType<typeof serveBuild>>;
beforeAll(async () => {
  server = await serveBuild(0);
  browser = await chromium.launch(launchOptions());
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Clean profiles, one click: needs a build (`npm run build`) and quiet cores. */
test.each(SAMPLES)('first visit with the $language sample', async ({ language, pinned }) => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.url);
  const clickedAt = performance.now();
  const seconds = () => (performance.now() - clickedAt) / 1000;
  await page.getByRole('button', { name: `Train on the ${language} sample` }).click();
  await page.getByRole('button', { name: 'Stop and keep best' }).waitFor();
  const trainingBegins = seconds();
  const marks = page.locator('section[aria-labelledby=pinned] mark');
  await marks.first().waitFor({ timeout: 1_000_000 });
  const firstMark = seconds();
  await page.getByRole('link', { name: 'Try it' }).waitFor({ timeout: 1_000_000 });
  const fileReady = seconds();
  const micro = page.getByRole('row', { name: 'All types, micro' }).getByRole('cell');
  const f1 = Number(await micro.nth(2).innerText());
  const sentences = await page.locator('section[aria-labelledby=pinned] li p').allInnerTexts();
  console.log(
    `${language}: training begins after ${trainingBegins.toFixed(1)} s, first mark ${firstMark.toFixed(1)} s, file ready ${fileReady.toFixed(1)} s; ` +
      `to the target of ${target.seconds} s ${(fileReady / target.seconds).toFixed(2)} ×; dev entity F1 (conlleval) ${f1}, target ${target.entityF1.get(language)}`,
  );
  console.log(sentences.map((sentence) => `  ${sentence.replaceAll(/\s+/g, ' ')}`).join('\n'));
  expect(sentences).toHaveLength(pinned.length);
});

// Makes the pictures of README and docs/guide.md anew: `npm run pictures`. A Chromium goes through the built studio as a person would,
// from the English sample to a shared file, and each place is taken in light and in dark.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureChromium } from './ensure-chromium.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { launchOptions } from './launch-options.mjs';
import { root } from './process.mjs';
import { serveBuild } from './serve-build.mjs';

const FOLDER = join(root, 'docs/pictures');
const SIZE = { width: 1200, height: 750 };
const SAMPLE = ['english.train.conll', 'english.dev.conll', 'english.test.conll'];
const SENTENCE =
  'Amara Lindqvist took the night train from Bath to Vienna, where Trinity College had sent Tomas Vale to meet the Danish delegation.';
/** Five epochs on two slow cores, beside other work. */
const TRAINING_MS = 20 * 60_000;

ensureInstalled();
await ensureChromium();
await ensureBuilt();
const { chromium } = await import('playwright');
const server = await serveBuild(0);
const profile = mkdtempSync(join(tmpdir(), 'tagwerk-pictures-'));
const context = await chromium.launchPersistentContext(profile, {
  ...launchOptions(),
  viewport: SIZE,
  reducedMotion: 'reduce',
});
const page = context.pages()[0] ?? (await context.newPage());
page.setDefaultTimeout(TRAINING_MS);
mkdirSync(FOLDER, { recursive: true });
try {
  await page.goto(`${server.url}/?backend=wasm`);
  await go('Corpus');
  const files = SAMPLE.map((name) => join(root, 'public/sample', name));
  await page.locator('main input[type=file]:not([webkitdirectory])').first().setInputFiles(files);
  await page.getByText('IOB2').first().waitFor();
  await take('corpus');

  await go('Train');
  await page.getByRole('button', { name: 'Download it now' }).click();
  await page.getByText('stored here').first().waitFor();
  await page.getByRole('button', { name: 'A quick look' }).click();
  await page.getByText('It fits.').waitFor();
  await take('train');

  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page
    .getByText(/epoch 3 of 5/u)
    .first()
    .waitFor();
  await take('running');
  await page.getByRole('button', { name: 'New run' }).waitFor();
  const errors = page.getByRole('region', { name: 'Errors on dev, by type and kind' });
  await errors.waitFor();
  await errors.scrollIntoViewIfNeeded();
  await take('errors');

  await go('Share');
  await page.getByRole('button', { name: 'Download .onnx' }).waitFor();
  await take('share');

  await go('Try');
  await page.getByRole('textbox').fill(SENTENCE);
  await page
    .getByRole('complementary', { name: 'Entities and model' })
    .getByRole('listitem')
    .first()
    .waitFor();
  await take('try');
} finally {
  await context.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}

/** Follows the page's own link to a place. @param {string} place */
async function go(place) {
  const link = page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${place}`) });
  await link.click();
}

/** Takes what the window shows, once in each theme. @param {string} name */
async function take(name) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300); // the theme's colours are there with the next frame
    const path = join(FOLDER, `${name}-${colorScheme}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    console.log(path.slice(root.length));
  }
}

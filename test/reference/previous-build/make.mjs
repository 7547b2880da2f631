// Makes database.bin, model.onnx and facts.json anew: `node test/reference/previous-build/make.mjs`. The kept ones were made by it with
// the sources of commit 11c888a, before the redesign: to make them with later sources would prove nothing about older files.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { format, resolveConfig } from 'prettier';
import { createServer } from 'vite';
import { launchOptions } from '../../../scripts/launch-options.mjs';
import { root } from '../../../scripts/process.mjs';

const server = await createServer({
  root,
  configFile: join(root, 'vite.config.ts'),
  logLevel: 'warn',
  server: { host: 'localhost', port: 0, strictPort: false, watch: null, hmr: false },
});
await server.listen();
const browser = await chromium.launch(launchOptions());
try {
  const page = await browser.newPage();
  await page.goto(`${server.resolvedUrls?.local[0]}favicon.svg`);
  const { facts, ...files } = await page.evaluate(async (path) => {
    const { makePreviousBuild } = await import(path);
    const { database, model, facts } = await makePreviousBuild();
    const base64 = async (/** @type {Blob} */ blob) =>
      new Uint8Array(await blob.arrayBuffer()).reduce(
        (text, byte) => text + String.fromCharCode(byte),
        '',
      );
    return {
      facts,
      'database.bin': btoa(await base64(database)),
      'model.onnx': btoa(await base64(model)),
    };
  }, '/test/reference/previous-build/make-previous-build.ts');
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(import.meta.dirname, name), Buffer.from(content, 'base64'));
  }
  const path = join(import.meta.dirname, 'facts.json');
  const style = { ...(await resolveConfig(path)), filepath: path };
  await writeFile(path, await format(JSON.stringify(facts), style));
} finally {
  await browser.close();
  await server.close();
}

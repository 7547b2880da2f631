import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/process.mjs';
import { serveBuild } from '../../scripts/serve-build.mjs';
import { servePlainly } from './plain-server';
import { visitStudio, type Visit } from './studio-visit';
import { serveWatchedBuild } from './watched-server';

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

let profiles: string;
beforeAll(() => {
  profiles = mkdtempSync(join(tmpdir(), 'tagwerk-policy-'));
});
afterAll(() => rmSync(profiles, { recursive: true, force: true }));

const elsewhere = 'http://elsewhere.invalid';

/** Does what a slip in the page would do: a script in the markup, a picture from elsewhere. Resolves when both had their time. */
function plantInPage({ page }: Visit): Promise<void> {
  return page.evaluate(async (origin) => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.planted = true';
    document.body.append(script);
    const image = new Image();
    image.src = `${origin}/image.png`;
    await new Promise((resolve) => image.addEventListener('error', resolve));
  }, elsewhere);
}

/** Another thread of the CPU engine: those at work sleep, and can be asked nothing. */
async function startIdleThread({ page }: Visit): Promise<Worker> {
  const name = readdirSync(join(root, 'dist/assets')).find((file) =>
    file.startsWith('pool-thread'),
  );
  const started = page.waitForEvent('worker');
  await page.evaluate((file) => {
    new Worker(new URL(`assets/${file}`, location.href), { type: 'module' });
  }, name);
  return started;
}

test('every answer of our server carries the policy and what threads need', async () => {
  const server = await serveBuild(0);
  const assets = readdirSync(join(root, 'dist/assets'));
  const kinds = ['.js', '.mjs', '.wasm', '.css', '.woff2'];
  const paths = kinds.map((kind) => `assets/${assets.find((name) => name.endsWith(kind))}`);
  for (const path of ['', ...paths, 'models/multilingual-e5-small-8/config.json', 'nothing-here']) {
    const response = await fetch(`${server.url}/${path}`);
    expect(response.status, path).toBe(path === 'nothing-here' ? 404 : 200);
    const sent = Object.fromEntries(response.headers);
    expect(sent, path).toMatchObject({
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    await response.body?.cancel();
  }
  await server.close();
});

test('the built page holds no script and no style of its own, and names its policy before anything is loaded', () => {
  const html = readFileSync(join(root, 'dist/index.html'), 'utf8').replaceAll('&#39;', "'");
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  expect(html.indexOf(meta)).toBeGreaterThan(0);
  expect(html.indexOf(meta)).toBeLessThan(html.search(/<(link|script|style)/u));
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/u);
});

describe('what the policy forbids', () => {
  test('is stopped in the page, its workers and their threads, and each is noticed by these tests', async () => {
    const server = await serveWatchedBuild();
    const visit = await visitStudio(server.url, join(profiles, 'watched'));
    const { page, complaints } = visit;
    await page.getByText('WebAssembly').first().waitFor();
    expect(complaints).toEqual([]);

    await plantInPage(visit);
    expect(await page.evaluate(() => 'planted' in globalThis)).toBe(false);
    const thread = await startIdleThread(visit);
    const workers = page.workers();
    const served = ['data', 'train', 'infer'].map((name) =>
      workers.find((worker) => worker.url().includes(`/${name}.worker`)),
    );
    for (const [i, worker] of [...served, thread].entries()) {
      if (!worker) throw new Error(`Worker ${i} of data, train, infer, thread does not run.`);
      await worker.evaluate(
        (address) => fetch(address).then(String, () => undefined),
        `${elsewhere}/${i}`,
      );
    }
    const told = () => complaints.filter((complaint) => complaint.startsWith('a violation')).join();
    await expect.poll(told).toMatch(/script-src-elem.*"blocked-uri":"inline"/su);
    for (const directive of ['img-src', 'connect-src']) expect(told()).toContain(directive);
    // The browser tells of one blocked origin once a document: the page, three workers and the thread are five.
    await expect.poll(() => told().split(elsewhere).length - 1).toBeGreaterThanOrEqual(5);
    await visit.close();
    await server.close();
  });

  test('is stopped where a host sends no headers at all; the page runs on one thread there', async () => {
    const server = await servePlainly(join(root, 'dist'));
    const visit = await visitStudio(server.url, join(profiles, 'plain'));
    await visit.page.getByText('1 thread').first().waitFor();
    expect(visit.complaints).toEqual([]);
    await plantInPage(visit);
    expect(await visit.page.evaluate(() => 'planted' in globalThis)).toBe(false);
    expect(visit.complaints.join()).toMatch(/img-src/u);
    await visit.close();
    await server.close();
  });
});

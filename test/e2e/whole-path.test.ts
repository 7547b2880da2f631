import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/process.mjs';
import { SPLIT_NAMES } from '../../src/ner/sentence';
import { SAMPLES } from '../../src/studio/corpus/sample';
import { cutEncoder } from './cut-encoder';
import { openFirefoxTab } from './engines/firefox-tab';
import { openWebKitTab } from './engines/webkit-tab';
import { Hand } from './engines/hand';
import { runIn, type OpenTab, type Tab } from './engines/tab';
import { serveWatchedBuild } from './watched-server';
import { openModel, readEntityF1, readSentence, saveModel, trainOnSample } from './whole-path';

const english = SAMPLES[0]!;

/** Sentences of each split, few enough for an epoch to take seconds. */
const sentences = { train: 96, dev: 24, test: 8 };

/** The sample and the encoder that the server has in place of the build's, both cut. */
function cutFiles(): Record<string, string | Uint8Array> {
  const sample = SPLIT_NAMES.map((split) => {
    const text = readFileSync(join(root, 'public/sample', english.files[split]), 'utf8');
    return text.split('\n\n').slice(0, sentences[split]).join('\n\n');
  });
  const files = SPLIT_NAMES.map((split, i) => {
    return [`/sample/${english.files[split]}`, `${sample[i]}\n`] as const;
  });
  return { ...Object.fromEntries(files), ...cutEncoder() };
}

interface Engine {
  open: OpenTab;
  watchPages: boolean;
}

/** The engines beside Chromium, whose path `persons-path.test.ts` and `first-visit.test.ts` take. */
const engines: Record<string, Engine> = {
  Firefox: { open: openFirefoxTab, watchPages: false },
  WebKitGTK: { open: openWebKitTab, watchPages: true },
};

describe.each(Object.entries(engines))('in %s a person', (_name, { open, watchPages }) => {
  const complaints: string[] = [];
  const tabs: Tab[] = [];
  let server: { url: string; close: () => Promise<void> };
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tagwerk-path-'));
    server = await serveWatchedBuild({
      complaints,
      watchPages,
      instead: cutFiles(),
    });
  });

  afterAll(async () => {
    for (const tab of tabs) await tab.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function visit(): Promise<Hand> {
    const tab = await open(server.url, complaints);
    tabs.push(tab);
    await tab.resize(1440, 900);
    await tab.open(`${server.url}/?backend=wasm`);
    return new Hand(tab, complaints);
  }

  test('trains on the sample over a reload, reads a text, saves the file and opens it elsewhere', async () => {
    const person = await visit();
    await trainOnSample(person);
    const f1 = await readEntityF1(person);
    expect(f1).toBeGreaterThan(0.1);
    const file = await saveModel(person);
    const found = await readSentence(person);
    expect(found.length).toBeGreaterThan(0);

    const colleague = await visit();
    await openModel(colleague, file);
    expect(await readSentence(colleague), 'in a clean profile').toEqual(found);
    expect(complaints).toEqual([]);
  });

  test('would be told here of errors and of breaches of the policy', async () => {
    const tab = tabs.at(-1) ?? (await visit()).tab;
    await runIn(tab, () => {
      console.error('planted in the console');
      setTimeout(() => {
        throw new Error('planted in the page');
      });
      const image = new Image();
      image.src = 'http://elsewhere.invalid/planted.png';
      document.body.append(image);
    });
    const told = () => complaints.join('\n');
    await expect.poll(told).toMatch(/planted in the console/u);
    await expect.poll(told).toMatch(/planted in the page/u);
    await expect.poll(told).toMatch(/a violation.*img-src/su);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/process.mjs';
import { samples } from '../../src/studio/sample';
import { quickRecipe } from '../../src/train/recipe';
import { openChromiumTab } from './engines/chromium-tab';
import { openFirefoxTab } from './engines/firefox-tab';
import { openWebKitTab } from './engines/webkit-tab';
import { Hand } from './engines/hand';
import { runIn, type OpenTab, type Tab } from './engines/tab';
import { serveWatchedBuild } from './watched-server';
import { openModel, readEntityF1, readSentence, saveModel, trainOnSample } from './whole-path';

const english = samples[0]!;

/** The first sentences of a file of the sample, so that each epoch takes seconds. */
function firstSentences(name: string, count: number): string {
  const text = readFileSync(join(root, 'public/sample', name), 'utf8');
  return `${text.split('\n\n').slice(0, count).join('\n\n')}\n`;
}

interface Engine {
  open: OpenTab;
  watchPages: boolean;
  /** Epochs after which the run is stopped; the quick recipe has five. */
  epochs: number;
}

const engines: Record<string, Engine> = {
  Chromium: { open: openChromiumTab, watchPages: false, epochs: 5 },
  Firefox: { open: openFirefoxTab, watchPages: false, epochs: 2 },
  WebKitGTK: { open: openWebKitTab, watchPages: true, epochs: 2 },
};

describe.each(Object.entries(engines))('in %s a person', (_name, { open, watchPages, epochs }) => {
  const complaints: string[] = [];
  const tabs: Tab[] = [];
  let server: { url: string; close: () => Promise<void> };
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tagwerk-path-'));
    server = await serveWatchedBuild({
      complaints,
      watchPages,
      instead: {
        [`/sample/${english.files.train}`]: firstSentences(english.files.train, 120),
        [`/sample/${english.files.dev}`]: firstSentences(english.files.dev, 40),
        [`/sample/${english.files.test}`]: firstSentences(english.files.test, 20),
      },
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
    await trainOnSample(person, epochs, quickRecipe.epochs);
    const f1 = await readEntityF1(person);
    expect(f1).toBeGreaterThan(0.1);
    const file = await saveModel(person);
    const found = await readSentence(person);
    expect(found.length).toBeGreaterThan(0);
    await person.tab.reload();
    expect(await readSentence(person), 'after a reload').toEqual(found);

    const colleague = await visit();
    await openModel(colleague, file);
    expect(await readSentence(colleague), 'in a clean profile').toEqual(found);
    expect(complaints).toEqual([]);
  });

  test('would be told here of errors and of breaches of the policy', async () => {
    const { tab } = await visit();
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

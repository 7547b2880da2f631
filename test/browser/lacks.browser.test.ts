import { describe, expect, test } from 'vitest';
import { listLacks } from '../../src/browser/lacks';
import { hasRelaxedSimd, isPrivateWindow } from '../../src/browser/offered';
import { sha256 } from '../../src/browser/sha256';
import { openSettings } from '../../src/browser/settings';
import { mendLanguage } from '../../src/browser/language-tag';
import { writeCorpus } from '../../src/storage/corpora/corpus-writer';
import { readModelBlob, saveModel } from '../../src/storage/models';
import { estimateFreeBytes, requireFreeBytes } from '../../src/storage/storage-full-error';
import { sweepLeftovers } from '../../src/storage/sweep';
import { findTrainedRun, whileTheOnlyTrainer } from '../../src/storage/runs/trainer-lock';
import { askToPersist, measureUsage } from '../../src/storage/usage';
import { describeLacks, describeLasting } from '../../src/studio/page/browser-lacks';
import { openFresh } from '../storage/fresh-database';
import { seededBytes, someCorpus, someSentences } from '../storage/samples';
import { madeModel } from '../ui/made-studio';
import { hide } from './hidden-interface';

const names = () => listLacks().map(({ what }) => what);

describe('what this browser lacks', () => {
  test('is nothing in Chromium', () => {
    expect(hasRelaxedSimd()).toBe(true);
    expect(names()).toEqual([]);
  });

  test('is named with its cost', () => {
    hide(navigator, 'gpu');
    hide(navigator, 'storage');
    hide(navigator, 'locks');
    hide(globalThis, 'localStorage', null);
    expect(describeLacks(undefined)).toEqual([
      'No WebGPU: training runs on the processor.',
      'Storage cannot be measured: the page cannot say beforehand whether a run fits.',
      'Storage cannot be made to last: the browser may clear what is stored when the disk fills; keep your model files.',
      'No Web Locks: tabs do not know of each other; keep this page open in one tab only.',
      'Settings cannot be kept: light or dark and pinned sentences are forgotten when the page is closed.',
    ]);
  });

  test('includes threads, as the backend reports them', () => {
    const report = { device: '', reason: '' };
    const alone = 'No threads: training uses one core of the processor.';
    expect(describeLacks({ ...report, backend: 'wasm', threads: 1 }, [])).toEqual([alone]);
    expect(describeLacks({ ...report, backend: 'wasm', threads: 2 }, [])).toEqual([]);
    expect(describeLacks({ ...report, backend: 'webgpu', threads: 1 }, [])).toEqual([]);
  });

  test('tells how long what is stored lasts, and guesses nothing', () => {
    expect(describeLasting(undefined, false)).toMatch(/does not say how long it keeps this/);
    expect(describeLasting(false, false)).toMatch(/may delete it when the disk is full/);
    expect(describeLasting(true, false)).toBe('The browser keeps it until you delete it.');
    expect(describeLasting(false, true)).toMatch(/^This is a private window/);
  });
});

describe('without navigator.storage', () => {
  test('bytes are stored, nothing is measured, and nothing is promised', async () => {
    hide(navigator, 'storage');
    const database = await openFresh();
    expect(await estimateFreeBytes()).toBe(Infinity);
    await requireFreeBytes('Anything', 1e15);
    expect(await askToPersist()).toBe(false);
    expect(await isPrivateWindow()).toBe(false);
    const bytes = seededBytes(1000, 1);
    await saveModel(database, { ...madeModel('m'), id: 'm', bytes: 1000 }, [bytes]);
    const stored = await readModelBlob(database, 'm');
    expect(new Uint8Array(await stored.arrayBuffer())).toEqual(bytes);
    const usage = await measureUsage(database);
    expect(usage).toMatchObject({ models: 1000, free: Infinity, persistent: undefined });
  });
});

describe('without WebCrypto, as on a page that is not secure', () => {
  test('bytes are stored under the hashes that WebCrypto gives them', async () => {
    const database = await openFresh();
    const bytes = seededBytes(100_000, 2);
    const hash = await sha256(bytes);
    hide(crypto, 'subtle');
    expect(await sha256(bytes)).toBe(hash);
    await saveModel(database, { ...madeModel('m'), id: 'm', bytes: bytes.length }, [bytes]);
    const stored = await readModelBlob(database, 'm');
    expect(new Uint8Array(await stored.arrayBuffer())).toEqual(bytes);
  });
});

describe('without Web Locks', () => {
  test('what one page writes waits for each other, and nothing is swept', async () => {
    hide(navigator, 'locks');
    const database = await openFresh();
    const write = (name: string) =>
      writeCorpus(
        database,
        async (writer) => {
          await writer.append('train', someSentences(2));
          return someCorpus('one', { train: 2 }, name);
        },
        'one',
      );
    await Promise.all([write('a'), write('b')]);
    expect(await database.get('corpora', 'one')).toMatchObject({ name: 'b', generation: 2 });
    await database.put('shards', new ArrayBuffer(1), ['models/gone', 1, 0]);
    expect(await sweepLeftovers(database)).toBeUndefined(); // another tab may be writing it
    expect(await database.count('shards')).toBe(1);
  });

  test('a run is trained, and none is seen elsewhere', async () => {
    hide(navigator, 'locks');
    const database = await openFresh();
    const seen = await whileTheOnlyTrainer(database, 'run', () => findTrainedRun(database));
    expect(seen).toBeUndefined();
  });
});

describe('settings', () => {
  const key = 'test-setting';

  test('that the browser refuses to keep last as long as the page', () => {
    const refusing = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('Full.', 'QuotaExceededError');
      },
      removeItem: () => undefined,
    };
    for (const settings of [openSettings(refusing), openSettings(undefined)]) {
      settings.setItem(key, 'dark');
      expect(settings.getItem(key)).toBe('dark');
      settings.removeItem(key);
      expect(settings.getItem(key)).toBeNull();
    }
  });

  test('are kept where the browser keeps them', () => {
    openSettings().setItem(key, 'dark');
    expect(localStorage.getItem(key)).toBe('dark');
    expect(openSettings().getItem(key)).toBe('dark');
    openSettings().removeItem(key);
    expect(localStorage.getItem(key)).toBeNull();
  });
});

test('a browser that names no valid language gets one, and a valid one stays', () => {
  hide(navigator, 'language', 'c');
  mendLanguage();
  expect(new Intl.NumberFormat(navigator.language).format(1000)).toBe('1,000');
  hide(navigator, 'language', 'de-AT');
  mendLanguage();
  expect(navigator.language).toBe('de-AT');
});

import { beforeEach, expect, test } from 'vitest';
import { MOST_PINNED, Pinned } from '../../../src/studio/train/pinned.svelte';
import { openFresh } from '../../storage/fresh-database';
import { trainCallsInPage } from '../../ui/made-studio';

const storageKey = 'tagwerk-pinned';
beforeEach(() => localStorage.removeItem(storageKey));

/** As a page opens it: over this browser's own storage. `told` is what the worker was told, newest last. */
async function openPinned() {
  const told: string[][] = [];
  const train = trainCallsInPage(await openFresh());
  const pin = (texts: string[]) => {
    told.push(texts);
    return Promise.resolve();
  };
  return { pinned: new Pinned({ ...train, pin }, localStorage), told };
}

test('pinned sentences are there again when the page is opened again, and the worker learns of them', async () => {
  const { pinned, told } = await openPinned();
  await pinned.add('Ada wrote to Babbage.', ' In Köln regnet es 🌧.\n');
  expect(told).toEqual([['Ada wrote to Babbage.', 'In Köln regnet es 🌧.']]);

  const again = await openPinned();
  expect(again.pinned.texts).toEqual(['Ada wrote to Babbage.', 'In Köln regnet es 🌧.']);
  await again.pinned.tell();
  expect(again.told).toEqual([['Ada wrote to Babbage.', 'In Köln regnet es 🌧.']]);
});

test('a sentence taken down is gone for good, and the others keep their order', async () => {
  const { pinned, told } = await openPinned();
  await pinned.add('one', 'two', 'three');
  await pinned.remove('two');
  expect(told.at(-1)).toEqual(['one', 'three']);
  expect((await openPinned()).pinned.texts).toEqual(['one', 'three']);
});

test('the newest stands last; beyond the limit the oldest go', async () => {
  const { pinned } = await openPinned();
  const numbered = Array.from({ length: MOST_PINNED + 2 }, (_, index) => `sentence ${index}`);
  for (const text of numbered) await pinned.add(text);
  expect(pinned.texts).toEqual(numbered.slice(2));
  await pinned.add('new', 'newer');
  expect(pinned.texts).toEqual([...numbered.slice(4), 'new', 'newer']);
  expect((await openPinned()).pinned.texts).toEqual(pinned.texts);
});

test('no sentence is pinned twice: one that is pinned again moves to the end', async () => {
  const { pinned } = await openPinned();
  await pinned.add('one', 'two');
  await pinned.add(' one ', 'one', 'three');
  expect(pinned.texts).toEqual(['two', 'one', 'three']);
});

test('blanks are not pinned', async () => {
  const { pinned } = await openPinned();
  await pinned.add('', ' \n\t');
  expect(pinned.texts).toEqual([]);
});

test.each(['', '{', 'null', '{"texts":[]}', '7'])(
  'a stored %j is read as nothing',
  async (stored) => {
    localStorage.setItem(storageKey, stored);
    const { pinned } = await openPinned();
    expect(pinned.texts).toEqual([]);
    await pinned.add('one');
    expect((await openPinned()).pinned.texts).toEqual(['one']);
  },
);

test('what another version stored is read within the limit, once each, texts only', async () => {
  const stored = ['one', 3, 'one', null, ...Array.from({ length: 20 }, (_, index) => `n ${index}`)];
  localStorage.setItem(storageKey, JSON.stringify(stored));
  const { pinned } = await openPinned();
  expect(pinned.texts).toEqual(stored.slice(-MOST_PINNED));
});

test('a worker that cannot be told is trouble; the sentence stays pinned, and the note says so', async () => {
  const train = trainCallsInPage(await openFresh());
  const pin = () => Promise.reject(new Error('The worker is gone.'));
  const pinned = new Pinned({ ...train, pin }, localStorage);
  await pinned.add('one');
  expect(pinned.trouble?.next).toBe('The sentences stay pinned.');
  expect((await openPinned()).pinned.texts).toEqual(['one']);
});

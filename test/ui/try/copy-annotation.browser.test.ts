import { flushSync, mount, unmount } from 'svelte';
import { expect, onTestFinished, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { PartialReading, TextReading } from '../../../src/infer/annotation';
import { countEntities, toEntityColumns } from '../../../src/ner/entity-columns';
import { NO_RANGES } from '../../../src/ner/text-ranges';
import type { InferCalls } from '../../../src/protocol/infer-calls';
import type { Database } from '../../../src/storage/schema';
import { Trying } from '../../../src/studio/try/trying.svelte';
import CopyAnnotation from '../../../src/ui/try/CopyAnnotation.svelte';
import { madeModel } from '../made-studio';

interface Asked {
  text: string;
  onPart: (part: PartialReading) => void;
  answer: (reading: TextReading | undefined) => void;
}

/** Finds the name Ada wherever it stands in the front of a text. */
const adasIn = (text: string) =>
  toEntityColumns(
    [...text.matchAll(/Ada/g)].map(({ index }) => ({
      ...{ start: index, end: index + 3, label: 'PER', confidence: 0.9 },
    })),
  );

/** The buttons over a page state whose readings end when the test says so. */
async function open() {
  const asked: Asked[] = [];
  const infer = {
    loadModel: () => Promise.resolve(madeModel('names')),
    annotate: (text, onPart) =>
      new Promise((answer) => {
        asked.at(-1)?.answer(undefined); // a later call ends the one before
        asked.push({ text, onPart, answer });
      }),
    writeAnnotation: (text, format) => Promise.resolve(new Blob([`${format} of ${text}`])),
  } as Partial<InferCalls> as InferCalls;
  const trying = new Trying(infer, {} as Database);
  await trying.choose('names');
  const target = document.createElement('div');
  document.body.append(target);
  const buttons = mount(CopyAnnotation, { target, props: { trying } });
  onTestFinished(async () => {
    await unmount(buttons);
    target.remove();
  });
  /** Waits until a reading of this text was asked for. */
  const reading = async (text: string): Promise<Asked> => {
    await expect.poll(() => asked.at(-1)?.text).toBe(text);
    return asked.at(-1)!;
  };
  const end = async (text: string) => {
    (await reading(text)).answer({ entities: adasIn(text), unreadable: NO_RANGES, readMs: 1 });
    await expect.poll(() => trying.settled).toBe(true);
    flushSync();
  };
  return { trying, target, asked, reading, end };
}

const copy = page.getByRole('button', { name: 'copy as JSON' });
const save = page.getByRole('button', { name: 'save as CoNLL' });

test('nothing is offered before the text that stands there was read, and never an older annotation', async () => {
  const { trying, reading, end } = await open();
  trying.type('Ada');
  await expect.element(copy).toBeDisabled();
  await end('Ada');
  await expect.element(copy).toBeEnabled();
  await expect.element(save).toBeEnabled();

  trying.type('Ada met Ada');
  flushSync();
  await expect.element(copy).toBeDisabled();
  await expect.element(save).toBeDisabled();
  const second = await reading('Ada met Ada');
  trying.type('Ada met Ada and Ada');
  second.answer({ entities: adasIn(second.text), unreadable: NO_RANGES, readMs: 1 });
  // Its marks are shown, moved along; it is no answer to the text that stands there.
  await expect.poll(() => countEntities(trying.entities)).toBe(2);
  flushSync();
  await expect.element(copy).toBeDisabled();
  await end('Ada met Ada and Ada');
  await expect.element(copy).toBeEnabled();
});

test('a text that was edited and put back is read again before anything is offered', async () => {
  const { trying, asked, end } = await open();
  trying.type('Ada');
  await end('Ada');
  trying.type('Adda');
  trying.type('Ada');
  flushSync();
  expect(countEntities(trying.entities)).toBe(0);
  await expect.element(copy).toBeDisabled();
  await expect.poll(() => asked.length).toBe(2);
  await end('Ada');
  expect(countEntities(trying.entities)).toBe(1);
  await expect.element(copy).toBeEnabled();
});

test('what is copied is the annotation of the text that stands there, and that is what is said', async () => {
  const { trying, target, end } = await open();
  const copied: ClipboardItem[] = [];
  vi.spyOn(navigator.clipboard, 'write').mockImplementation((items) => {
    copied.push(...items);
    return Promise.resolve();
  });
  onTestFinished(() => void vi.restoreAllMocks());
  trying.type('Ada and Ada');
  await end('Ada and Ada');
  await copy.click();
  const said = () => target.querySelector('[role=status]')?.textContent;
  await expect.poll(said).toBe('Copied as JSON: 2 entities.');
  const item = await copied[0]!.getType('text/plain');
  expect(await item.text()).toBe('json of Ada and Ada');

  trying.type('Ada');
  flushSync();
  expect(said()).toBe('');
});

test('a clipboard that refuses is told, with a way out, and nothing is called copied', async () => {
  const { trying, target, end } = await open();
  vi.spyOn(navigator.clipboard, 'write').mockRejectedValue(new Error('Write permission denied'));
  onTestFinished(() => void vi.restoreAllMocks());
  trying.type('Ada');
  await end('Ada');
  await copy.click();
  await expect
    .poll(() => trying.work.trouble)
    .toEqual({
      what: 'The browser does not let this page copy (Write permission denied).',
      next: 'Save it as a file instead.',
    });
  expect(target.querySelector('[role=status]')?.textContent).toBe('');
});

test('a long reading says how far it is and shows what it has found', async () => {
  const { trying, target, reading, end } = await open();
  const text = 'Ada and Ada and Ada';
  trying.type(text);
  const { onPart } = await reading(text);
  onPart({ entities: adasIn('Ada and'), unreadable: NO_RANGES, end: 7, done: 312, total: 1840 });
  flushSync();
  expect(target.textContent).toContain('Reading: 312 of 1,840 parts.');
  expect(countEntities(trying.entities)).toBe(1);
  await expect.element(copy).toBeDisabled();
  await end(text);
  expect(target.textContent).not.toContain('Reading');
  expect(countEntities(trying.entities)).toBe(3);
});

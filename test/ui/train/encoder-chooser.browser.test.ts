import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { page } from 'vitest/browser';
import { BUNDLED_ENCODERS } from '../../../src/recipe/bundled-encoders';
import { saveEncoder } from '../../../src/storage/encoders';
import { importText, madeEncoder, openPage } from '../made-studio';

const german = 'Gestern\tO\nkam\tO\ndie\tO\nAda\tB-PER\naus\tO\nBremen\tB-LOC\n.\tO\n';
const greek = 'Η\tO\nΑθήνα\tB-LOC\nείναι\tO\nμεγάλη\tO\n';

/** Forgets the choice, which tests after these would find. */
const forget = () => localStorage.removeItem('tagwerk-encoder');

beforeEach(() => {
  forget();
  onTestFinished(forget);
});

/** The rows of the chooser: what each says, and which is chosen. */
const rowsIn = (target: HTMLElement) =>
  [...target.querySelectorAll('label:has([name=encoder])')].map((row) => ({
    said: row.textContent.replace(/\s+/gu, ' ').trim(),
    isChosen: row.querySelector('input')!.checked,
  }));

/** @param own name of an encoder of the person's */
async function openTrain(rows?: string, own?: string) {
  const opened = await openPage(async (database, data) => {
    if (rows) await importText(data, 'a', { 'a-train.conll': rows, 'a-dev.conll': rows });
    if (own === undefined) return;
    const encoder = madeEncoder(own);
    await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
  });
  opened.studio.places.go('train');
  const offers = BUNDLED_ENCODERS.length + (own === undefined ? 0 : 1);
  await expect.poll(() => rowsIn(opened.target).length).toBe(offers);
  return opened;
}

test('a first visit says of each encoder what it is and what is downloaded, and recommends none', async () => {
  const { target } = await openTrain();
  const rows = rowsIn(target);
  expect(rows[0]?.said).toMatch(
    /^multilingual-e5-small-8 .*about 100 languages, cased; 8 layers, hidden size 384 37\.0 MB to download$/u,
  );
  expect(rows.filter(({ isChosen }) => isChosen)).toHaveLength(1);
  expect(target.textContent).not.toContain('suits this corpus');
});

test('with a corpus the page recommends and says why; a person’s own choice stays, and what it costs is told by script', async () => {
  const { studio, target } = await openTrain(greek, 'own');
  const note = () => target.querySelector('.advice')?.textContent ?? '';
  await expect.poll(note).not.toBe('');
  expect(note()).toMatch(/multilingual-e5-small-8 suits this corpus\. The text looks Greek/u);
  expect(rowsIn(target)[0]?.said).toContain('45.0 MB to download'); // the Greek letters' part with it
  expect(rowsIn(target)[0]?.said).toContain('recommended');
  expect(note()).toContain('own does not see capitals and does not know 100 % of the words'); // the made tokenizer

  expect(rowsIn(target)[1]?.said).toMatch(
    /^own .*uncased; 6 layers, hidden size 384 .*kB stored here$/u,
  );
  await page.getByRole('radio', { name: /^own/u }).click();
  await expect.poll(() => rowsIn(target)[1]?.isChosen).toBe(true);
  expect(studio.encoders.chosen?.name).toBe('own');
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect.poll(() => rowsIn(target)[0]?.isChosen).toBe(true);
  await page.getByRole('button', { name: 'Download it now' }).click();
  await expect.poll(() => rowsIn(target)[0]?.said).toMatch(/stored here/u);
  expect(rowsIn(target)[0]?.isChosen).toBe(true);
});

test('layers are chosen by a slider up to the encoder’s own, and both numbers’ times are told', async () => {
  const { studio, target } = await openTrain(german, 'own');
  await page.getByRole('radio', { name: /^own/u }).click();
  await expect.poll(() => studio.training.estimate).toBeDefined();
  const slider = page.getByRole('slider', { name: /^Layers used/u });
  await expect.element(slider).toHaveAttribute('max', '6');
  expect(studio.training.choice.recipe.layers).toBeUndefined();
  await slider.fill('4');
  expect(studio.training.choice.recipe.layers).toBe(4);
  const knob = target.querySelector('[for=layers]');
  expect(knob?.querySelector('output')?.textContent).toBe('4 of 6');
  await expect.poll(() => knob?.textContent).toMatch(/All 6 would take .*, these take .*\./u);
  await slider.fill('6');
  expect(studio.training.choice.recipe.layers).toBeUndefined();
  await expect.poll(() => studio.training.choice.preset).toBe('thorough');
});

import { expect, test } from 'vitest';
import { saveModel } from '../../../src/storage/models';
import { countRanges } from '../../../src/ner/text-ranges';
import { madeModel, openPage } from '../made-studio';
import { violations } from '../axe-violations';

/** The place Try, with a model that cannot read Han. */
async function openTry() {
  const { studio, target } = await openPage((database) =>
    saveModel(database, { ...madeModel('latin'), bytes: 1 }, new Blob(['x'])),
  );
  studio.places.go('try');
  const type = async (text: string) => {
    studio.trying.type(text);
    await expect.poll(() => studio.trying.settled).toBe(true);
  };
  const marked = () => [...target.querySelectorAll('.unreadable')].map((each) => each.textContent);
  const said = () => target.querySelector<HTMLElement>('#type ~ [role=status]')?.innerText;
  return { studio, type, marked, said };
}

test('words that the model cannot read are marked, counted and named, and why', async () => {
  const { type, marked, said } = await openTry();
  await type('Ada met 東京 and 大阪 and 東京.');
  await expect.poll(marked).toEqual(['東京', '大阪', '東京.']);
  expect(said()).toBe(
    'The model cannot read 3 words (東京, 大阪, 東京.): its file has the word pieces of the scripts that its corpus had, and these need others. ' +
      'It finds no entities in them; a model that is trained on a corpus with their script does.',
  );
  expect(await violations()).toEqual([]);
});

test('the marks move along with the typing, and go with the words', async () => {
  const { studio, type, marked, said } = await openTry();
  await type('Ada met 東京');
  await expect.poll(marked).toEqual(['東京']);
  studio.trying.type('Ada never met 東京');
  expect(studio.trying.unreadable.starts[0]).toBe(14);
  await expect.poll(marked).toEqual(['東京']);
  await type('Ada met Cork');
  await expect.poll(marked).toEqual([]);
  expect(said()).toBe('');
  expect(countRanges(studio.trying.unreadable)).toBe(0);
});

import { expect, test } from 'vitest';
import type { Settings } from '../../../src/browser/settings';
import { BUNDLED_ENCODERS, DEFAULT_ENCODER } from '../../../src/recipe/bundled-encoders';
import { deleteEncoder, saveEncoder } from '../../../src/storage/encoders';
import type { EncoderRecord } from '../../../src/storage/records';
import type { Database } from '../../../src/storage/schema';
import { EncoderAdviser } from '../../../src/studio/train/encoder-adviser.svelte';
import { bundledId } from '../../../src/studio/train/encoder-offer';
import { Encoders } from '../../../src/studio/train/encoders.svelte';
import { RecipeChoice } from '../../../src/studio/train/recipe-choice.svelte';
import { openFresh } from '../../storage/fresh-database';
import { dataCallsInPage, importText, madeEncoder } from '../../ui/made-studio';

const multilingual = DEFAULT_ENCODER;
/** Name of the encoder that earlier builds came with. */
const FORMER = 'minilm-l6';

/** Settings of one browser, empty at first. */
function settingsInMemory(): Settings {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

async function open(database: Database, settings: Settings): Promise<Encoders> {
  const encoders = new Encoders(dataCallsInPage(database), database, undefined, settings);
  await encoders.refresh();
  return encoders;
}

const store = async (
  database: Database,
  name: string,
  bundled?: string,
): Promise<EncoderRecord> => {
  const encoder = { ...madeEncoder(name), ...(bundled === undefined ? {} : { bundled }) };
  return saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
};

test('a first visit offers what comes with the page, the default chosen', async () => {
  const encoders = await open(await openFresh(), settingsInMemory());
  expect(encoders.offers.map(({ id }) => id)).toEqual(
    BUNDLED_ENCODERS.map(({ name }) => bundledId(name)),
  );
  expect(encoders.offer.name).toBe(DEFAULT_ENCODER.name);
  expect(encoders.chosen).toBeUndefined();
});

test('one that comes with the page is the same offer once it is fetched, renamed too', async () => {
  const encoders = await open(await openFresh(), settingsInMemory());
  encoders.choose(bundledId(multilingual.name));
  const fetched = await encoders.obtain();
  expect(encoders.chosen?.id).toBe(fetched?.id);
  expect(encoders.offer.bundled).toBe(multilingual);
  await encoders.rename(fetched!.id, 'mine');
  expect(encoders.offers.map(({ name, bundled }) => [name, bundled?.name])).toContainEqual([
    'mine',
    multilingual.name,
  ]);
  expect(encoders.offers).toHaveLength(BUNDLED_ENCODERS.length);
});

test('what a person chose stays chosen on the next visit, and a proposal changes nothing', async () => {
  const [database, settings] = [await openFresh(), settingsInMemory()];
  const own = await store(database, 'own');
  (await open(database, settings)).choose(own.id);
  await store(database, 'newer');
  const encoders = await open(database, settings);
  expect(encoders.chosen?.name).toBe('own');
  encoders.propose(bundledId(multilingual.name));
  expect(encoders.chosen?.name).toBe('own');

  encoders.choose(bundledId(multilingual.name));
  expect((await open(database, settings)).offer.name).toBe(multilingual.name);
  await store(database, 'e5', multilingual.name);
  expect((await open(database, settings)).chosen?.name).toBe('e5');
});

test('a choice that was deleted is forgotten', async () => {
  const [database, settings] = [await openFresh(), settingsInMemory()];
  const own = await store(database, 'own');
  const encoders = await open(database, settings);
  encoders.choose(own.id);
  await deleteEncoder(database, own.id);
  await encoders.refresh();
  expect(encoders.offer.name).toBe(DEFAULT_ENCODER.name);
  expect(encoders.news).toMatch(/“own” was deleted in another window.*is chosen now/u);
});

test('one that came with an earlier build stays chosen where it is stored, else the default is', async () => {
  const [database, settings] = [await openFresh(), settingsInMemory()];
  settings.setItem('tagwerk-encoder', bundledId(FORMER));
  expect((await open(database, settings)).offer.name).toBe(multilingual.name);
  const former = await store(database, 'my MiniLM', FORMER);
  const encoders = await open(database, settings);
  expect(encoders.chosen?.id).toBe(former.id);
  expect(encoders.offer.bundled).toBeUndefined();
  expect(encoders.offers).toHaveLength(BUNDLED_ENCODERS.length + 1);
});

test('the encoder that suits the corpus is chosen where none is stored, and only proposed beside one that is', async () => {
  const database = await openFresh();
  const data = dataCallsInPage(database);
  const rows = 'Gestern\tO\nkam\tO\ndie\tO\nAda\tB-PER\naus\tO\nBremen\tB-LOC\n.\tO\n';
  const corpus = await importText(data, 'a', { 'a-train.conll': rows, 'a-dev.conll': rows });
  const first = await open(database, settingsInMemory());
  const adviser = new EncoderAdviser(data, first);
  expect(adviser.advise()).toBeUndefined();
  await adviser.consider(corpus);
  expect(adviser.words?.language?.code).toBe('de');
  expect(first.offer.name).toBe(multilingual.name);
  expect(adviser.advise()?.why).toMatch(
    /^The text looks German, and 100 % .* begin with a capital\.$/u,
  );
  await adviser.consider(undefined);
  expect(adviser.advise()).toBeUndefined();

  const former = await store(database, FORMER, FORMER);
  const later = await open(database, settingsInMemory());
  const again = new EncoderAdviser(data, later);
  await again.consider(corpus);
  expect(later.offer.id).toBe(former.id);
  expect(again.advise()?.offer.name).toBe(multilingual.name);
  expect(again.words?.fits.map(({ encoderId }) => encoderId)).toEqual([later.chosen!.id]);
  // The made tokenizer knows no word.
  expect(again.words?.fits[0]?.unknownShare).toBe(1);
});

test('a recipe of the page’s own follows the encoder, and a person’s changes stay', async () => {
  const database = await openFresh();
  const encoders = await open(database, settingsInMemory());
  const choice = new RecipeChoice(() => encoders.offer);
  const own = await store(database, 'own');
  await encoders.refresh();
  encoders.choose(own.id);
  choice.choose('quick');
  expect(choice.recipe).toMatchObject({ frozenLayers: 3, learningRate: 6e-4 });
  expect(choice.recipe.headRate).toBeUndefined();
  choice.recipe = { ...choice.recipe, epochs: 2 };
  expect(choice.preset).toBeUndefined();

  encoders.choose(bundledId(multilingual.name));
  expect(choice.recipe).toMatchObject({ frozenLayers: 4, headRate: 10, epochs: 2 });
  choice.recipe = { ...choice.recipe, epochs: 5 };
  expect(choice.preset).toBe('quick');
  choice.choose('thorough', { seed: 7 });
  expect(choice.recipe).toMatchObject({ learningRate: 2e-4, seed: 7, epochs: 3 });
  expect(choice.preset).toBeUndefined();
});

import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { saveEncoder } from '../../../src/storage/encoders';
import { DEFAULT_RECIPE, presetsFor } from '../../../src/recipe/presets';
import { importText, madeEncoder, openPage } from '../made-studio';

const QUICK_RECIPE = presetsFor({ layers: 6, hidden: 384 }).quick;
const words = 'Ada\tB-PER\nwrote\tO\n.\tO\n';

/** The page where a run is set up, every setting in sight. */
async function setUpRun() {
  const { studio, target } = await openPage(async (database, data) => {
    await importText(data, 'letters', { 'a-train.conll': words, 'a-dev.conll': words });
    const encoder = madeEncoder('minilm-l6');
    await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
  });
  studio.places.go('train');
  await page.getByText('All settings').click();
  const pressed = () =>
    [...target.querySelectorAll('[aria-label=Recipe] [aria-pressed=true]')].map(({ textContent }) =>
      textContent.trim(),
    );
  const said = () => target.querySelector('[aria-label=Recipe] p')?.textContent?.trim() ?? '';
  const set = (name: RegExp, value: string) => {
    const field = page.getByRole('spinbutton', { name }).element() as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const choose = (name: string) => page.getByRole('button', { name, exact: true }).click();
  return { recipe: () => ({ ...studio.training.choice.recipe }), pressed, said, set, choose };
}

test('a preset sets the whole recipe, and says what it does', async () => {
  const { recipe, pressed, said, choose } = await setUpRun();
  expect(pressed()).toEqual(['As recommended']);
  expect(said()).toContain('Every layer is trained: 3 epochs, batch size 16');

  await choose('A quick look');
  expect(recipe()).toEqual(QUICK_RECIPE);
  await expect.poll(pressed).toEqual(['A quick look']);
  expect(said()).toMatch(
    /^The 3 lowest layers.*frozen.*8 sentences.*64 word pieces; learning rate 6 × 10⁻⁴\./u,
  );

  await choose('As recommended');
  expect(recipe()).toEqual(DEFAULT_RECIPE);
  await expect.poll(pressed).toEqual(['As recommended']);
});

test('an edited recipe is one’s own until the edit is taken back; the presets stay as they were', async () => {
  const { recipe, pressed, said, set, choose } = await setUpRun();
  await choose('A quick look');
  set(/^Batch size/u, '4');
  await expect.poll(pressed).toEqual([]);
  expect(said()).toContain('A recipe of your own.');
  set(/^Batch size/u, '8');
  await expect.poll(pressed).toEqual(['A quick look']);

  set(/^Dropout/u, '');
  await expect.poll(pressed).toEqual([]);
  set(/^Dropout/u, '0');
  await expect.poll(pressed).toEqual(['A quick look']);

  set(/^Batch size/u, '4');
  await choose('A quick look');
  expect(recipe()).toEqual(QUICK_RECIPE);
  expect(recipe().batchSize).toBe(8);
});

test('layers frozen and freed again are the recommended recipe', async () => {
  const { pressed, set } = await setUpRun();
  set(/^Frozen layers/u, '2');
  await expect.poll(pressed).toEqual([]);
  set(/^Frozen layers/u, '0');
  await expect.poll(pressed).toEqual(['As recommended']);
});

test('back to the defaults frees the layers that the quick look froze', async () => {
  const { recipe, pressed, choose } = await setUpRun();
  await choose('A quick look');
  await choose('Back to the defaults');
  // Epochs stand outside of what the button is for, and stay as chosen.
  expect(recipe()).toEqual({ ...DEFAULT_RECIPE, epochs: QUICK_RECIPE.epochs });
  await expect.poll(pressed).toEqual([]);
});

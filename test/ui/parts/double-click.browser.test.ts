import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { page } from 'vitest/browser';
import { guardDoubleClicks } from '../../../src/ui/parts/double-click';

/** Commands that were given, in order. */
let given: string[] = [];
let box: HTMLElement;

/** Puts one button into the box, in place of what was there. */
function show(name: string, onClick: () => void = () => undefined): HTMLButtonElement {
  const button = document.createElement('button');
  button.textContent = name;
  button.onclick = () => {
    given.push(button.textContent);
    onClick();
  };
  box.replaceChildren(button);
  return button;
}

beforeEach(() => {
  given = [];
  box = document.createElement('div');
  document.body.append(box);
  const end = guardDoubleClicks(window);
  onTestFinished(() => {
    end();
    box.remove();
  });
});

test('a double click on a command whose place another takes gives the first alone', async () => {
  show('Continue', () => show('Pause'));
  await page.getByRole('button', { name: 'Continue' }).dblClick();
  expect(given).toEqual(['Continue']);
  await page.getByRole('button', { name: 'Pause' }).click();
  expect(given).toEqual(['Continue', 'Pause']);
});

test('a double click on a command that turns into its opposite gives it once', async () => {
  const button = show('Pause', () => (button.textContent = 'Resume'));
  await page.getByRole('button', { name: 'Pause' }).dblClick();
  expect(given).toEqual(['Pause']);
});

test('two clicks on a command that stays what it is give it twice', async () => {
  show('Next');
  await page.getByRole('button', { name: 'Next' }).dblClick();
  expect(given).toEqual(['Next', 'Next']);
});

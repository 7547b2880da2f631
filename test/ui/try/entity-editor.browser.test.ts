import { flushSync, mount, unmount } from 'svelte';
import { expect, onTestFinished, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { TextEntity } from '../../../src/ner/entity-span';
import EntityEditor from '../../../src/ui/try/EntityEditor.svelte';
import { assignColours } from '../../../src/ui/parts/entity-colours';
import '../../../src/ui/styles/fonts.css';
import '../../../src/ui/styles/page.css';
import '../../../src/ui/styles/marks.css';

const texts = {
  'plain words': 'When Antonia left Trinity College Dublin, she took the night train to Cork.',
  'letters that kern and join': 'AVA Towering office of WAVY Tofflé-Fjord, affixed to Yve.',
  'emoji and combining marks':
    '👩‍🚀 Zoe\u0308 met 🇮🇪 Ní Dhomhnaill 👍🏽 in Sa\u0303o Paulo \u{20000} today.',
  'lines, tabs and runs of spaces': 'Ada\n\n  Babbage\t\tClara   \nin  Cork\n',
  'a word longer than the line': `${'Donaudampfschifffahrtsgesellschaft'.repeat(5)} und Wien`,
};

/** An entity on every second word. */
function everySecondWord(text: string): TextEntity[] {
  const words = [...text.matchAll(/\S+/g)];
  return words
    .filter((_, index) => index % 2 === 0)
    .map(({ index, 0: word }) => ({
      start: index,
      end: index + word.length,
      label: index % 3 === 0 ? 'PER' : 'ORG',
      confidence: index % 5 === 0 ? 0.54 : 0.98,
    }));
}

function open(text: string, entities: TextEntity[]) {
  const target = document.createElement('div');
  target.style.width = '36rem';
  document.body.append(target);
  const typed: string[] = [];
  const props = propsOf(text, entities, typed);
  const editor = mount(EntityEditor, { target, props });
  onTestFinished(async () => {
    await unmount(editor);
    target.remove();
  });
  const textarea = target.querySelector('textarea');
  const marks = target.querySelector('.marks');
  if (!textarea || !marks) throw new Error('The editor has no textarea or no marks.');
  return { target, textarea, marks, typed };
}

function propsOf(text: string, entities: TextEntity[], typed: string[]) {
  return {
    text,
    entities,
    colours: assignColours(['PER', 'ORG']),
    labelledBy: 'none',
    ontype: (value: string) => typed.push(value),
  };
}

/** The text of the marked layer without its labels. */
function layerText(marks: Element): string {
  const copy = marks.cloneNode(true) as Element;
  copy.querySelectorAll('small').forEach((label) => label.remove());
  return copy.textContent;
}

/** Measures where the letters of a range stand, line by line, in pixels. */
function fragments(range: Range): number[] {
  return [...range.getClientRects()]
    .filter(({ width }) => width > 0)
    .flatMap(({ left, right }) => [left, right]);
}

/** Layout counts in 1/64 pixel and each mark begins a box of its own: some marks a line add up to less than what a screen can show. */
const halfPixel = 0.5;

test.each(Object.entries(texts))('the marked layer holds the very text: %s', (_, text) => {
  const { marks } = open(text, everySecondWord(text));
  expect(layerText(marks)).toBe(`${text}\u200b`);
});

test.each(Object.entries(texts))('marks move no letter: %s', async (_, text) => {
  await document.fonts.ready;
  const withMarks = open(text, everySecondWord(text));
  const without = open(text, []);
  without.target.style.position = withMarks.target.style.position = 'absolute';
  const plain = [...without.marks.childNodes].find((node) => node.textContent === text);
  if (!plain) throw new Error('An unmarked layer holds its text in one piece.');

  expect(withMarks.marks.scrollHeight).toBe(without.marks.scrollHeight);
  for (const [index, entity] of everySecondWord(text).entries()) {
    const mark = withMarks.marks.querySelectorAll('mark')[index];
    const letters = [...(mark?.childNodes ?? [])].find(
      ({ nodeName, textContent }) => nodeName === '#text' && textContent !== '',
    );
    if (!letters) throw new Error('A mark has no text.');
    const inMark = document.createRange();
    inMark.selectNodeContents(letters);
    const inPlain = document.createRange();
    inPlain.setStart(plain, entity.start);
    inPlain.setEnd(plain, entity.end);
    const [marked, unmarked] = [fragments(inMark), fragments(inPlain)];
    expect(marked).toHaveLength(unmarked.length);
    marked.forEach((edge, at) =>
      expect(Math.abs(edge - (unmarked[at] ?? 0))).toBeLessThan(halfPixel),
    );
  }
});

test.each(Object.entries(texts))('field and layer have the same metrics: %s', (_, text) => {
  const { textarea, marks } = open(text, everySecondWord(text));
  const [field, layer] = [getComputedStyle(textarea), getComputedStyle(marks)];
  for (const property of [
    'fontFamily',
    'fontSize',
    'fontWeight',
    'fontFeatureSettings',
    'fontVariantNumeric',
    'fontKerning',
    'lineHeight',
    'letterSpacing',
    'wordSpacing',
    'textIndent',
    'textTransform',
    'tabSize',
    'whiteSpace',
    'overflowWrap',
    'wordBreak',
    'padding',
    'width',
    'direction',
  ] as const) {
    expect(field[property], property).toBe(layer[property]);
  }
  // Nothing to scroll in the field: the layer gives the height, so the two can never slide apart.
  expect(textarea.scrollHeight).toBeLessThanOrEqual(textarea.clientHeight);
  expect(textarea.getBoundingClientRect().toJSON()).toEqual(marks.getBoundingClientRect().toJSON());
});

test('what is typed is told once a key, and undo is the browser’s own', async () => {
  const { textarea, typed } = open('', []);
  await userEvent.type(page.elementLocator(textarea), 'Ada');
  flushSync();
  expect(typed).toEqual(['A', 'Ad', 'Ada']);
  expect(textarea.selectionStart).toBe(3);
});

test('an uncertain mark says its number, a sure one does not', () => {
  const { marks } = open('Ada met Clara', [
    { start: 0, end: 3, label: 'PER', confidence: 0.98 },
    { start: 8, end: 13, label: 'PER', confidence: 0.54 },
  ]);
  const labels = [...marks.querySelectorAll('small')].map((label) => label.textContent);
  expect(labels).toEqual(['PER', 'PER\u00a00.54']);
  expect(marks.querySelectorAll('mark.unsure')).toHaveLength(1);
});

test.each([16, 36, 60])(
  'no label covers another, however close and unsure the entities, in %i rem',
  async (rem) => {
    const text = 'Ada Bo Cy met Wien Ulm Köln in X Y Z . Clara Schumann Ada Bo saw Rom Ada Bo Cy';
    const names = [...text.matchAll(/\p{Lu}\p{L}*/gu)];
    const entities = names.map(({ index, 0: name }, nth) => ({
      ...{ start: index, end: index + name.length, confidence: nth % 4 === 3 ? 0.98 : 0.54 },
      label: nth % 2 ? 'PER' : 'ORG',
    }));
    const { target, marks } = open(text, entities);
    target.style.width = `${rem}rem`;
    await document.fonts.ready;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const shown = [...marks.querySelectorAll('small')]
      .filter((label) => getComputedStyle(label).visibility === 'visible')
      .map((label) => ({ label: label.textContent, box: label.getBoundingClientRect() }));
    for (const [i, one] of shown.entries()) {
      for (const other of shown.slice(0, i)) {
        const across =
          Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down =
          Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // A pixel of an edge is no letter.
        expect(Math.min(across, down), `${other.label} and ${one.label}`).toBeLessThan(1);
      }
    }
    // Only where words of one letter stand side by side is a label left out.
    expect(shown.length).toBeGreaterThanOrEqual(entities.length - 2);
    expect(marks.querySelectorAll('small.below').length).toBeGreaterThan(0);
  },
);

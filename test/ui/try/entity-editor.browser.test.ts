import { EditorView } from '@codemirror/view';
import { flushSync, mount, unmount } from 'svelte';
import { expect, onTestFinished, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { toEntityColumns } from '../../../src/ner/entity-columns';
import type { TextEntity } from '../../../src/ner/entity-span';
import type { TextEdit } from '../../../src/studio/try/entity-shift';
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

interface Opened {
  target: HTMLElement;
  view: EditorView;
  typed: { text: string; edit: TextEdit }[];
  refused: number[];
  marks: () => HTMLElement[];
}

function open(text: string, entities: TextEntity[], longest = 10_000_000, rem = 36): Opened {
  const target = document.createElement('div');
  target.style.width = `${rem}rem`;
  document.body.append(target);
  const typed: Opened['typed'] = [];
  const refused: number[] = [];
  const editor = mount(EntityEditor, {
    target,
    props: {
      ...{ text, longest, labelledBy: 'none', entities: toEntityColumns(entities) },
      colours: assignColours(['PER', 'ORG']),
      ontype: (value: string, edit: TextEdit) => typed.push({ text: value, edit }),
      onrefuse: (length: number) => refused.push(length),
    },
  });
  flushSync();
  onTestFinished(async () => {
    await unmount(editor);
    target.remove();
  });
  const view = EditorView.findFromDOM(target.querySelector<HTMLElement>('.cm-editor')!)!;
  const marks = () => [...view.contentDOM.querySelectorAll('mark')];
  return { target, view, typed, refused, marks };
}

/** Waits until labels have been positioned, which is done in the next frame. */
async function arranged(): Promise<void> {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}

/** Measures where the letters of a range of the text stand, line by line, in pixels. */
function fragments({ contentDOM }: EditorView, from: number, to: number): number[] {
  const range = document.createRange();
  const texts = document.createTreeWalker(contentDOM, NodeFilter.SHOW_TEXT);
  let [at, line] = [0, contentDOM.firstChild];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    // Between two lines of the editor stands a line end, which no element holds.
    while (line && !line.contains(node)) {
      line = line.nextSibling;
      at++;
    }
    const { length } = node.textContent!;
    if (from >= at && from <= at + length) range.setStart(node, from - at);
    if (to >= at && to <= at + length) range.setEnd(node, to - at);
    at += length;
  }
  return [...range.getClientRects()]
    .filter(({ width }) => width > 0)
    .flatMap(({ left, right }) => [left, right]);
}

/** Layout counts in 1/64 pixel and each mark begins a box of its own: some marks a line add up to less than what a screen can show. */
const halfPixel = 0.5;

test.each(Object.entries(texts))(
  'the field holds the very text, and no label in it: %s',
  (_, text) => {
    const { view } = open(text, everySecondWord(text));
    expect(view.state.doc.toString()).toBe(text);
    const lines = [...view.contentDOM.querySelectorAll('.cm-line')].map((line) => line.textContent);
    expect(lines.join('\n')).toBe(text);
  },
);

test.each(Object.entries(texts))('marks move no letter: %s', async (_, text) => {
  const withMarks = open(text, everySecondWord(text));
  const without = open(text, []);
  without.target.style.position = withMarks.target.style.position = 'absolute';
  await arranged();
  expect(withMarks.marks()).toHaveLength(everySecondWord(text).length);
  expect(withMarks.view.contentDOM.scrollHeight).toBe(without.view.contentDOM.scrollHeight);
  for (const { start, end } of everySecondWord(text)) {
    const marked = fragments(withMarks.view, start, end);
    const unmarked = fragments(without.view, start, end);
    expect(marked.length).toBeGreaterThan(0);
    expect(Math.abs(marked[0]! - unmarked[0]!)).toBeLessThan(halfPixel);
    expect(Math.abs(marked.at(-1)! - unmarked.at(-1)!)).toBeLessThan(halfPixel);
  }
});

test('what is typed is told once a key, with where it stands, and can be undone', async () => {
  const { view, typed } = open('', []);
  await userEvent.type(page.elementLocator(view.contentDOM), 'Ada');
  flushSync();
  expect(typed.map(({ text }) => text)).toEqual(['A', 'Ad', 'Ada']);
  expect(typed.at(-1)!.edit).toEqual({ start: 2, end: 2, inserted: 1 });
  expect(view.state.selection.main.head).toBe(3);
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(view.state.doc.toString()).toBe('');
  await userEvent.keyboard('{Control>}y{/Control}');
  expect(view.state.doc.toString()).toBe('Ada');
});

test('marks move along with what is typed, before the model has read it', async () => {
  const { view, marks } = open('Ada met Clara', [
    { start: 0, end: 3, label: 'PER', confidence: 0.98 },
    { start: 8, end: 13, label: 'PER', confidence: 0.98 },
  ]);
  view.dispatch({ selection: { anchor: 4 } });
  view.focus();
  await userEvent.keyboard('once ');
  expect(view.state.doc.toString()).toBe('Ada once met Clara');
  expect(marks().map(({ textContent }) => textContent)).toEqual(['Ada', 'Clara']);
});

test('Tab leaves the field, and it is a text box of several lines with a name', async () => {
  const { view, target } = open('Ada', []);
  const after = document.createElement('button');
  target.append(after);
  view.focus();
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement).toBe(after);
  expect(view.contentDOM.getAttribute('role')).toBe('textbox');
  expect(view.contentDOM.getAttribute('aria-multiline')).toBe('true');
  expect(view.contentDOM.getAttribute('aria-labelledby')).toBe('none');
  expect(view.contentDOM.getAttribute('spellcheck')).toBe('false');
});

test('an uncertain mark says its number, a sure one does not', () => {
  const { marks } = open('Ada met Clara', [
    { start: 0, end: 3, label: 'PER', confidence: 0.98 },
    { start: 8, end: 13, label: 'PER', confidence: 0.54 },
  ]);
  expect(marks().map(({ dataset }) => dataset['label'])).toEqual(['PER', 'PER\u00a00.54']);
  expect(marks().map((mark) => mark.matches('.unsure'))).toEqual([false, true]);
  expect(getComputedStyle(marks()[1]!, '::before').content).toMatch(/^"PER.0\.54"|attr\(/u);
});

test('each line has the direction of its own letters', async () => {
  const { view } = open('Ada met Clara\nفي القاهرة\n123', []);
  await arranged();
  const lines = [...view.contentDOM.querySelectorAll('.cm-line')];
  expect(lines.map((line) => getComputedStyle(line).direction)).toEqual(['ltr', 'rtl', 'ltr']);
});

test('a text that would be too long is not taken, and its length is told', async () => {
  const { view, typed, refused } = open('Ada', [], 4);
  view.focus();
  view.dispatch({ selection: { anchor: 3 } });
  await userEvent.keyboard('mm');
  expect(view.state.doc.toString()).toBe('Adam');
  expect(typed.map(({ text }) => text)).toEqual(['Adam']);
  expect(refused).toEqual([5]);
});

test.each([
  ['in lines', 'Ada met Clara in Cork.\n'],
  ['in one line', 'Ada met Clara in Cork. '],
  ['without a blank', "'"],
])('of a text of a megabyte only what is in sight is in the page: %s', async (_, stretch) => {
  const text = stretch.repeat(1_000_000 / stretch.length);
  const entities = everySecondWord(text).slice(0, 100_000);
  const { view, marks } = open(text, entities);
  await arranged();
  const drawn = () => view.contentDOM.textContent.length;
  expect(drawn()).toBeLessThan(10_000);
  expect(marks().length).toBeLessThan(2500);
  // How tall a line of a megabyte is shows as one scrolls.
  const scrollOn = () => {
    view.scrollDOM.scrollTop = view.scrollDOM.scrollHeight;
    return view.visibleRanges.at(-1)!.to;
  };
  await expect.poll(scrollOn).toBe(text.length);
  expect(drawn()).toBeLessThan(10_000);
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
    const { marks } = open(text, entities, undefined, rem);
    await arranged();
    const shown = marks().flatMap((mark) => {
      const label = getComputedStyle(mark, '::before');
      const [first] = mark.getClientRects();
      if (label.visibility !== 'visible' || !first) return [];
      const [left, width, height] = [label.left, label.width, label.height].map(parseFloat);
      // A label stands in the first line of its mark.
      const top = mark.matches('.below')
        ? first.bottom - parseFloat(label.bottom) - height!
        : first.top + parseFloat(label.top);
      return {
        label: mark.dataset['label']!,
        box: new DOMRect(first.left + left!, top, width, height),
      };
    });
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
    expect(marks().filter((mark) => mark.matches('.below')).length).toBeGreaterThan(0);
  },
);

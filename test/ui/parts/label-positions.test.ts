import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionLabels, type LabelExtent } from '../../../src/ui/parts/label-positions';

const label = (left: number, right: number, line = 0): LabelExtent => ({ left, right, line });

test('labels with room stand above their words', () => {
  expect(positionLabels([label(0, 10), label(10, 20), label(25, 40)])).toEqual([
    ...['above', 'above', 'above'],
  ]);
});

test('one that would cover the label before it stands below, and the next above again', () => {
  expect(positionLabels([label(0, 12), label(10, 22), label(20, 32), label(30, 42)])).toEqual([
    ...['above', 'below', 'above', 'below'],
  ]);
});

test('one that finds both places taken is left out, and takes none from the next', () => {
  expect(positionLabels([label(0, 30), label(5, 35), label(10, 40), label(32, 50)])).toEqual([
    ...['above', 'below', 'nowhere', 'above'],
  ]);
});

test('each line begins anew, where its top is a pixel’s rounding off too', () => {
  expect(positionLabels([label(0, 30), label(5, 35, 0.4), label(10, 40, 52)])).toEqual([
    ...['above', 'below', 'above'],
  ]);
});

test('labels of words that run from right to left find their places too', () => {
  expect(positionLabels([label(50, 60), label(30, 45), label(25, 35), label(5, 20)])).toEqual([
    ...['above', 'below', 'above', 'above'],
  ]);
});

test('no two labels of one place and one line cover each other, and none is left out that had room', () => {
  const texts = fc.array(
    fc.record({ gap: fc.nat(20), width: fc.integer({ min: 1, max: 40 }), breaks: fc.boolean() }),
  );
  fc.assert(
    fc.property(texts, (words) => {
      let [left, line] = [0, 0];
      const labels = words.map(({ gap, width, breaks }) => {
        [left, line] = breaks ? [0, line + 50] : [left + gap, line];
        return label(left, left + width, line);
      });
      const places = positionLabels(labels);
      const meet = (i: number, j: number) =>
        labels[i]!.line === labels[j]!.line &&
        labels[i]!.left < labels[j]!.right &&
        labels[j]!.left < labels[i]!.right;
      for (const [i, place] of places.entries()) {
        const met = places.filter((_, j) => j < i && meet(i, j));
        if (place !== 'nowhere') expect(met).not.toContain(place);
        else expect(met).toEqual(expect.arrayContaining(['above', 'below']));
      }
    }),
  );
});

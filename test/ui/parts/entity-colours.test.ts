import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assignColours, entityColours } from '../../../src/ui/parts/entity-colours';

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** A colour of page.css in both themes. */
function pageColour(name: string): { light: string; dark: string } {
  const css = readFileSync(new URL('../../../src/ui/styles/page.css', import.meta.url), 'utf8');
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
  const [, light, dark] = found ?? [];
  if (!light || !dark) throw new Error(`page.css: expected --${name}: light-dark(…)`);
  return { light, dark };
}

test('contrast is measured as WCAG does: black on white is 21', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

test.each(['light', 'dark'] as const)('every label reads at 4.5:1 in the %s theme', (theme) => {
  const grounds = [pageColour('paper')[theme], pageColour('sheet')[theme]];
  for (const { [theme]: colour } of entityColours) {
    for (const ground of [colour.wash, ...grounds]) {
      expect(contrast(colour.ink, ground), `${colour.ink} on ${ground}`).toBeGreaterThanOrEqual(
        4.5,
      );
    }
  }
});

test.each(['light', 'dark'] as const)('text on a wash keeps 7:1 in the %s theme', (theme) => {
  const ink = pageColour('ink')[theme];
  for (const { [theme]: colour } of entityColours) {
    expect(contrast(ink, colour.wash), colour.wash).toBeGreaterThanOrEqual(7);
  }
});

test.each(['muted', 'ink', 'danger'])(
  '%s reads at 4.5:1 on paper and sheet in both themes',
  (name) => {
    for (const theme of ['light', 'dark'] as const) {
      for (const ground of ['paper', 'sheet']) {
        const found = contrast(pageColour(name)[theme], pageColour(ground)[theme]);
        expect(found, `${theme} ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  },
);

test('edges of what can be used have 3:1', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const ground of ['paper', 'sheet']) {
      const found = contrast(pageColour('edge')[theme], pageColour(ground)[theme]);
      expect(found, `${theme} ${ground}`).toBeGreaterThanOrEqual(3);
    }
  }
});

test('person, location, organisation and the rest have the same hue under any name', () => {
  const [blue, green, ochre, violet] = entityColours;
  for (const names of [
    ['PER', 'LOC', 'ORG', 'MISC'],
    ['person', 'location', 'corporation', 'other'],
    ['PER', 'LOC', 'ORG', 'OTH'],
  ]) {
    const colours = assignColours([...names, 'product']);
    expect(names.map((name) => colours.get(name))).toEqual([blue, green, ochre, violet]);
    expect(colours.get('product')).toBe(entityColours[4]);
  }
});

test('twenty labels have twenty colours, and the same ones each time', () => {
  const labels = ['LOC', ...Array.from({ length: 19 }, (_, index) => `type-${index}`)];
  const colours = assignColours(labels);
  expect(new Set(colours.values()).size).toBe(20);
  expect([...assignColours(labels)]).toEqual([...colours]);
});

test('more labels than colours begin the sequence again, and none is left without', () => {
  const labels = Array.from({ length: 45 }, (_, index) => `type-${index}`);
  const colours = assignColours(labels);
  expect(labels.every((label) => colours.has(label))).toBe(true);
});

test('a second label that claims a taken hue takes the sequence', () => {
  const colours = assignColours(['LOC', 'location']);
  expect(colours.get('LOC')).toBe(entityColours[1]);
  expect(colours.get('location')).toBe(entityColours[4]);
});

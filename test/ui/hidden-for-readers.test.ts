import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../src/ui');

// `clip-path` on a table clips its grid of cells; the caption is a box beside it (CSS Tables 3, "table wrapper box"), which Firefox draws.
test('no table is hidden by the class for readers itself: its caption would be seen', () => {
  const components = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) =>
    name.endsWith('.svelte'),
  );
  const hidden = components.filter((name) =>
    /<(table|caption)\b[^>]*\bfor-readers\b/u.test(readFileSync(join(folder, name), 'utf8')),
  );
  expect(components.length).toBeGreaterThan(50);
  expect(hidden).toEqual([]);
});

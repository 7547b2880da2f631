import { expect, test } from 'vitest';
import { isLanguageTag } from '../../src/browser/language-tag';

// Under the locales C and POSIX WebKitGTK names no language of BCP 47.
test.each([
  ['en-US', true],
  ['de', true],
  ['zh-Hant-TW', true],
  ['c', false],
  ['C.UTF-8', false],
  ['en_US', false],
  ['', false],
  [undefined, false],
])('%s is a language tag: %s', (tag, is) => {
  expect(isLanguageTag(tag)).toBe(is);
});

/** Tells whether `Intl` takes a language tag; `C` or `POSIX`, which WebKitGTK names under such a locale, it refuses. */
export function isLanguageTag(tag: string | undefined): boolean {
  try {
    return tag !== undefined && Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/**
 * Gives a page whose browser names no valid language the language that it is written in. uPlot hands `navigator.language` to `Intl` while it
 * is loaded, and a RangeError there leaves the page blank.
 */
export function mendLanguage(): void {
  if (isLanguageTag(navigator.language)) return;
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}

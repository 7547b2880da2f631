import type { Settings } from '../../browser/settings';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'tagwerk-theme';

/** Light or dark: as the system has it, unless the person says otherwise. */
export class Appearance {
  theme = $state<Theme>('auto');
  readonly #root: HTMLElement;
  readonly #storage: Settings;

  constructor(root: HTMLElement, storage: Settings) {
    this.#root = root;
    this.#storage = storage;
    this.set(themes.find((theme) => theme === storage.getItem(storageKey)) ?? 'auto');
  }

  set(theme: Theme): void {
    this.theme = theme;
    if (theme === 'auto') {
      delete this.#root.dataset['theme'];
      this.#storage.removeItem(storageKey);
    } else {
      this.#root.dataset['theme'] = theme;
      this.#storage.setItem(storageKey, theme);
    }
  }
}

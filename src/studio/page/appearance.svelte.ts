import type { Settings } from '../../browser/settings';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'tagwerk-theme';

/** Light or dark: as the system has it, unless the person says otherwise. */
export class Appearance {
  theme = $state<Theme>('auto');
  readonly #root: HTMLElement;
  readonly #storage: Settings;

  constructor(root: HTMLElement, storage: Settings) {
    this.#root = root;
    this.#storage = storage;
    this.set(THEMES.find((theme) => theme === storage.getItem(STORAGE_KEY)) ?? 'auto');
  }

  set(theme: Theme): void {
    this.theme = theme;
    if (theme === 'auto') {
      delete this.#root.dataset['theme'];
      this.#storage.removeItem(STORAGE_KEY);
    } else {
      this.#root.dataset['theme'] = theme;
      this.#storage.setItem(STORAGE_KEY, theme);
    }
  }
}

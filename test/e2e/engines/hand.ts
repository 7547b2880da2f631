import { setTimeout as wait } from 'node:timers/promises';
import { runIn, type Tab } from './tab';

/** Seconds that an alert may stand: a worker's silence on a busy computer is told and taken back. */
const alertSeconds = 20;

/** Element that a person looks for: visible, of this kind, with this name or text in it. */
export interface Sought {
  css: string;
  /** A name is the label for readers of the screen, else the text; blanks count once. A string must be the whole of it. */
  named?: string | RegExp;
  /** File inputs are never seen. */
  hidden?: boolean;
}

export const button = (named: string | RegExp): Sought => ({ css: 'button, a.button', named });
export const text = (named: RegExp, css = 'main'): Sought => ({ css, named });

/** A person's eyes and hand on a tab: waits for what is sought, and a wait that ends in vain says what it was for and what the page shows. */
export class Hand {
  readonly tab: Tab;
  readonly #complaints: readonly string[];

  /** @param complaints any of them ends every wait at once */
  constructor(tab: Tab, complaints: readonly string[]) {
    this.tab = tab;
    this.#complaints = complaints;
  }

  /** Waits for it and gives its text. `purpose` ends the sentence "waited for …". */
  async sees(sought: Sought, purpose: string, seconds = 60): Promise<string> {
    return (await this.#find(sought, purpose, seconds)).text;
  }

  async presses(sought: Sought, purpose: string, seconds = 60): Promise<void> {
    const { css } = await this.#find(sought, purpose, seconds);
    await this.tab.press(css);
  }

  async writes(sought: Sought, words: string, purpose: string): Promise<void> {
    const { css } = await this.#find(sought, purpose, 60);
    await this.tab.write(css, words);
  }

  async saves(sought: Sought, purpose: string): Promise<string> {
    const { css } = await this.#find(sought, purpose, 60);
    return this.tab.save(css);
  }

  async chooses(sought: Sought, paths: readonly string[], purpose: string): Promise<void> {
    const { css } = await this.#find({ ...sought, hidden: true }, purpose, 60);
    await this.tab.choose(css, paths);
  }

  /** Follows the page's own links. */
  goes(place: 'Corpus' | 'Train' | 'Try' | 'Share'): Promise<void> {
    return this.presses(
      { css: 'nav a', named: new RegExp(`^${place}`, 'u') },
      `the way to ${place}`,
    );
  }

  async #find(
    { css, named = '', hidden = false }: Sought,
    purpose: string,
    seconds: number,
  ): Promise<{ css: string; text: string }> {
    const name = typeof named === 'string' ? named : { pattern: named.source, flags: named.flags };
    const begun = performance.now();
    let calm = begun;
    for (;;) {
      const { found, alerted } = await runIn(this.tab, markElement, css, name, hidden);
      if (found) return found;
      const now = performance.now();
      if (!alerted) calm = now;
      const reason =
        this.#complaints.length > 0
          ? 'a complaint ended the wait'
          : now - calm > alertSeconds * 1000
            ? 'an alert on the page ended the wait'
            : now - begun > seconds * 1000
              ? `waited ${seconds} s`
              : undefined;
      if (reason !== undefined) {
        throw new Error(
          `${this.tab.browser}: ${reason} for ${String(named) || css}, ${purpose}.\n` +
            `Complaints: ${this.#complaints.join('\n') || 'none'}\n` +
            `The page shows:\n${await runIn(this.tab, () => document.body.innerText)}`,
        );
      }
      await wait(100);
    }
  }
}

/** Runs in the page: marks the element for its driver, which finds it by the mark, and tells whether an alert is seen. */
function markElement(
  css: string,
  named: string | { pattern: string; flags: string },
  hidden: boolean,
): { found: { css: string; text: string } | null; alerted: boolean } {
  const isSeen = (element: Element) => element.getClientRects().length > 0;
  const textOf = (element: Element) =>
    (element as HTMLElement).innerText.replace(/\s+/gu, ' ').trim();
  const nameOf = (element: Element) =>
    element.getAttribute('aria-label') ??
    textOf(document.getElementById(element.getAttribute('aria-labelledby') ?? '') ?? element);
  const matches = (name: string) =>
    typeof named === 'string'
      ? named === '' || name === named
      : new RegExp(named.pattern, named.flags).test(name);
  const found = [...document.querySelectorAll(css)].find(
    (element) =>
      (hidden || isSeen(element)) && (matches(nameOf(element)) || matches(textOf(element))),
  );
  if (found) {
    document.querySelector('[data-sought]')?.removeAttribute('data-sought');
    found.setAttribute('data-sought', '');
  }
  return {
    found: found ? { css: '[data-sought]', text: textOf(found) } : null,
    alerted: [...document.querySelectorAll('[role="alert"]')].some(
      (alert) => isSeen(alert) && textOf(alert) !== '',
    ),
  };
}

import { EditorView } from '@codemirror/view';
import { expect, onTestFinished, vi } from 'vitest';
import { hostileHost } from './hostile-texts';

/** Elements and attributes that no page of ours makes of text: where one appears, a text was taken for markup. */
const foreign =
  'script, iframe, object, embed, link, meta, base, img:not(.cm-widgetBuffer), video, audio, source, svg, math, style, template, marquee, noscript, ' +
  'plaintext, title, foreignObject, xss, [srcdoc], [src], [srcset], [poster], [ping], [formaction], [action], [xlink\\:href], ' +
  '[contenteditable]:not(.cm-content, .cm-content div[style^=height]:empty, .cm-placeholder)'; // the text field of Try, and what it draws itself

/** Notes whatever a hostile text could do from here on to the end of the test. */
export class HarmWatch {
  readonly #harm: string[] = [];

  constructor() {
    performance.clearResourceTimings();
    performance.setResourceTimingBufferSize(10_000); // what comes after the first 250 is not noted else
    const noted = (what: string) => () => void this.#harm.push(what);
    Object.defineProperty(globalThis, '__pwned', {
      set: noted('a script ran'),
      configurable: true,
    });
    for (const name of ['alert', 'confirm', 'prompt', 'open', 'print'])
      vi.stubGlobal(name, noted(`${name} was called`));
    const onViolation = ({ violatedDirective, blockedURI }: SecurityPolicyViolationEvent) =>
      this.#harm.push(`${violatedDirective} ${blockedURI}`);
    document.addEventListener('securitypolicyviolation', onViolation);
    const prototype = Object.getOwnPropertyNames(Object.prototype).sort().join();
    onTestFinished(() => {
      document.removeEventListener('securitypolicyviolation', onViolation);
      vi.unstubAllGlobals();
      Reflect.deleteProperty(globalThis, '__pwned');
      expect(Object.getOwnPropertyNames(Object.prototype).sort().join()).toBe(prototype);
    });
  }

  /** Expects that nothing ran, nothing was requested, and nothing in the page came from text. */
  expectNone(target: Element): void {
    expect(this.#harm).toEqual([]);
    const requests = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(requests.filter((name) => name.includes(hostileHost))).toEqual([]);
    expect([...target.querySelectorAll(foreign)].map(({ outerHTML }) => outerHTML)).toEqual([]);
    const attributes = [...target.querySelectorAll('*')].flatMap(({ tagName, attributes }) =>
      Array.from(attributes, ({ name, value }) => ({ tagName, name, value })),
    );
    // One expectation for all: a page has thousands of them, and is looked at for each text.
    expect(attributes.filter(isHarm), 'an attribute').toEqual([]);
    const colours = [...target.querySelectorAll<HTMLElement>('[style]')];
    expect(colours.filter(({ style }) => style.background.includes('url'))).toEqual([]);
  }
}

function isHarm({ name, value }: { name: string; value: string }): boolean {
  return (
    name.startsWith('on') ||
    (name === 'href' && !value.startsWith('#')) ||
    (name === 'style' && /url|expression/iu.test(value))
  );
}

/** All that a person or a reader can see below an element: text, values of fields, and what attributes say. A long text counts whole. */
export function everythingSaid(target: Element): string {
  const said = [target.textContent];
  for (const element of target.querySelectorAll('[aria-label], [title], input, textarea')) {
    said.push(element.getAttribute('aria-label') ?? '', element.getAttribute('title') ?? '');
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)
      said.push(element.value);
  }
  const editor = target.querySelector<HTMLElement>('.cm-editor');
  if (editor) said.push(EditorView.findFromDOM(editor)!.state.doc.toString());
  return said.join('\n');
}

/** Expects each text to be shown, letter for letter. */
export function expectSaid(target: Element, texts: readonly string[]): void {
  const said = everythingSaid(target);
  expect(texts.filter((text) => !said.includes(text))).toEqual([]);
}

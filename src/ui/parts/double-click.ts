/** The button or link that a click hits, and what it said then. */
interface Command {
  element: Element;
  words: string | null;
}

/**
 * Keeps the second click of a double click from another command than the first one hit: a button may stand under the pointer that was not
 * there before, or say something else now. Returns the call that ends this.
 */
export function guardDoubleClicks(target: Window): () => void {
  let first: Command | undefined;
  const hear = (event: MouseEvent) => {
    const now = commandOf(event);
    if (event.detail <= 1) {
      first = now; // a key's click has no number
    } else if (now && (now.element !== first?.element || now.words !== first.words)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  target.addEventListener('click', hear, { capture: true });
  return () => target.removeEventListener('click', hear, { capture: true });
}

function commandOf({ target }: MouseEvent): Command | undefined {
  const element = target instanceof Element ? target.closest('button, a') : null;
  return element ? { element, words: element.textContent } : undefined;
}

export const PLACES = ['corpus', 'train', 'try', 'share'] as const;
export type Place = (typeof PLACES)[number];

export const PLACE_NAMES: Record<Place, string> = {
  corpus: 'Corpus',
  train: 'Train',
  try: 'Try',
  share: 'Share',
};

/** Finds the place that a URL hash names: `#train`; for anything else it is the corpus, where work begins. */
export function placeOfHash(hash: string): Place {
  return PLACES.find((place) => `#${place}` === hash) ?? 'corpus';
}

/** The current place of the page. The URL's hash holds it, so the browser's back button and bookmarks work. */
export class Places {
  current = $state<Place>('corpus');
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
    this.current = placeOfHash(window.location.hash);
  }

  /** Follows the hash until the returned function is called. */
  follow(): () => void {
    const read = () => {
      this.current = placeOfHash(this.#window.location.hash);
    };
    this.#window.addEventListener('hashchange', read);
    return () => this.#window.removeEventListener('hashchange', read);
  }

  go(place: Place): void {
    this.current = place;
    if (this.#window.location.hash !== `#${place}`) this.#window.location.hash = place;
  }
}

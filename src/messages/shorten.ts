/** Characters of a name, a label or a cell inside a message: enough to know it by. */
const NAME_CHARACTERS = 60;
/** Characters of a sentence on the page. */
const SENTENCE_CHARACTERS = 400;

/** Cuts a text that comes from a file to `most` characters, the last of which then is "…"; no character is cut in two. */
export function shorten(text: string, most = NAME_CHARACTERS): string {
  if (text.length <= most) return text;
  return `${wholeCharacters(text.slice(0, most - 1))}…`;
}

/**
 * Lists the first names, each shortened, and says how many more there are.
 *
 *     listSome(['PER', 'LOC', 'ORG', 'MISC'], { most: 2 }) // 'PER, LOC and 2 more'
 */
export function listSome(
  names: readonly string[],
  { most = 5, show = (name: string) => shorten(name), between = ', ' } = {},
): string {
  const more = names.length - most;
  const shown = names.slice(0, most).map((name) => show(name));
  return `${shown.join(between)}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}

/** Cuts the middle out of a sentence that is too long to be read: what happened comes first, and the way out last. */
export function shortenSentence(sentence: string, most = SENTENCE_CHARACTERS): string {
  if (sentence.length <= most) return sentence;
  const end = sentence.slice(-Math.floor(most / 3));
  const start = wholeCharacters(sentence.slice(0, most - end.length - 3));
  return `${start} … ${/^[\uDC00-\uDFFF]/.test(end) ? end.slice(1) : end}`;
}

/** Drops half a character from the end of a text that was cut. */
function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

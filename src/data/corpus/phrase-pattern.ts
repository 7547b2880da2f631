const RUNS = /[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]/gu;

/**
 * Makes a global pattern for `SentenceChunk.folded` of what is typed into a search: the words one after the other, in any case. The last
 * word may be unfinished unless a space follows. Undefined where nothing is typed.
 *
 * A corpus cuts punctuation off and print does not, so beside punctuation a word may end or not: `York, he` finds `York` `,` `he`.
 */
export function phrasePattern(typed: string): RegExp | undefined {
  const words = typed.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return undefined;
  const phrase = words.map((word) =>
    Array.from(word.match(RUNS) ?? [], (run) => escaped(run)).join('\\t?'),
  );
  const end = /\s$/u.test(typed) ? '(?=\\t)' : '';
  return new RegExp(`\\t${phrase.join('[\\t ]')}${end}`, 'g');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

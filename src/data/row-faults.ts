import { continuesEntity, type TagParts, type TagPrefix, type TagScheme } from '../ner/tag-scheme';
import type { FindingKind } from './finding';

const prefixesOf: Record<TagScheme, readonly TagPrefix[]> = {
  IOB1: ['O', 'B', 'I'],
  IOB2: ['O', 'B', 'I'],
  IOBES: ['O', 'B', 'I', 'E', 'S'],
  IO: ['O', 'I', ''],
};
const spelling: Record<TagScheme, string> = {
  IOB1: 'O, B-… or I-…',
  IOB2: 'O, B-… or I-…',
  IOBES: 'O, B-…, I-…, E-… or S-… (L-…, U-…)',
  IO: 'O, I-… or a bare label',
};

/** Why a tag cannot be read in a scheme; undefined where it can. */
export function tagFault(tag: string, parts: TagParts, scheme: TagScheme): string | undefined {
  if (tag !== '' && prefixesOf[scheme].includes(parts.prefix)) return undefined;
  const found = tag === '' ? 'nothing' : `"${tag}"`;
  const wayOut =
    tag === '' || parts.prefix === ''
      ? 'correct the tag or leave the row out'
      : 'correct the tag, choose another scheme, or leave the row out';
  return `Expected ${spelling[scheme]} as ${scheme} writes tags, found ${found}; ${wayOut}`;
}

/** A tag as it stands in the file, with its parts. */
export interface ReadTag {
  tag: string;
  parts: TagParts;
}

/** What a scheme forbids between neighbours, though conlleval's rules still read it; undefined where all is well. */
export function transitionFault(
  previous: ReadTag,
  current: ReadTag,
  scheme: TagScheme,
): { kind: FindingKind; reason: () => string } | undefined {
  const continues = continuesEntity(previous.parts, current.parts);
  if (scheme === 'IOB2' && current.parts.prefix === 'I' && !continues) {
    const { label } = current.parts;
    return {
      kind: 'orphan-inside',
      reason: () =>
        `Expected B-${label} to begin an entity, found "${current.tag}" after "${previous.tag}"; it is read as if it were B-${label}`,
    };
  }
  if (scheme !== 'IOBES') return undefined;
  const isOpen = previous.parts.prefix === 'B' || previous.parts.prefix === 'I';
  const needsOpen = current.parts.prefix === 'I' || current.parts.prefix === 'E';
  if (isOpen ? continues : !needsOpen) return undefined;
  return {
    kind: 'illegal-transition',
    reason: () => {
      const expected = isOpen
        ? `I-${previous.parts.label} or E-${previous.parts.label}`
        : `O, B-… or S-…`;
      return `Expected ${expected} after "${previous.tag}", found "${current.tag}"; an entity ends here all the same and another may begin`;
    },
  };
}

/**
 * Whether nothing of a word is to be seen: control, format and white space characters, marks without a letter
 * (U+FEFF, U+200B, a soft hyphen, a variation selector). BERT's clean-up drops such words whole.
 */
export function isInvisible(word: string): boolean {
  const first = word.charCodeAt(0);
  if (first > 0x20 && first < 0x7f) return false; // most words, without a regular expression
  return /^[\p{C}\p{Z}\p{Mn}]+$/u.test(word);
}

/**
 * Control characters, zero-width spaces, byte order marks, marks of direction and soft hyphens: they hide inside a word and make it
 * another word than the one that is seen. Joiners and variation selectors, which scripts and emoji need, are not among them.
 */
const hidden =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff]/g;

/** The characters of a word that are not to be seen; empty for most words. */
export function hiddenIn(word: string): string {
  return word.match(hidden)?.join('') ?? '';
}

/** A word without its hidden characters. */
export function withoutHidden(word: string): string {
  return word.replace(hidden, '');
}

/** A word's code points: `U+FEFF U+200B`. */
export function codePointsOf(word: string): string {
  return Array.from(
    word,
    (character) =>
      `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  ).join(' ');
}

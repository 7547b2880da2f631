import type { TagParts, TagPrefix, TagScheme } from '../../ner/tag-scheme';
import { PLAIN_DETAILS, type FormatDetails } from './column-format';
import { withoutHiddenEdges } from './hidden-characters';

/** How a file writes tags. */
export type NotationDetails = Pick<
  FormatDetails,
  'markSide' | 'isLowerCase' | 'joint' | 'doubledMark' | 'outside' | 'typeName'
>;

const { markSide, isLowerCase, joint, doubledMark, outside, typeName } = PLAIN_DETAILS;
/** CoNLL-2003's: `B-PER`, `I-PER`, `O`. */
export const plainNotation: Readonly<NotationDetails> = {
  markSide,
  isLowerCase,
  joint,
  doubledMark,
  outside,
  typeName,
};

/** A tag as it stands in the file, and what it means. */
export interface ReadTag {
  tag: string;
  parts: TagParts;
  /** The letter of its position mark, in upper case; empty where it has none. */
  letter: string;
  /** True where the tag has two marks, of which one counts. */
  isDoubled: boolean;
  /** True where it is read only without characters that show nothing. */
  isCleaned: boolean;
}

/** Letters for a word's position in its entity: BMES writes M for I, BILOU L and U for E and S, BMEWO W for S. */
const PREFIX_OF_LETTER = new Map<string, TagPrefix>([
  ['B', 'B'],
  ['I', 'I'],
  ['E', 'E'],
  ['S', 'S'],
  ['M', 'I'],
  ['L', 'E'],
  ['U', 'S'],
  ['W', 'S'],
]);
const BEYOND_ASCII = /[^\u0020-\u007e]/;

/** Tells whether a letter, in upper case, is a position mark. */
export function isMarkLetter(letter: string): boolean {
  return PREFIX_OF_LETTER.has(letter);
}

const OUTSIDE: TagParts = { prefix: 'O', label: '' };

/** Reads and writes the tags of one file: `B-PER`, `B_PER`, `PER-B`, `b-per`, `B`, `PER`. */
export class TagNotation {
  readonly details: NotationDetails;
  readonly #outside: ReadonlySet<string>;

  constructor(details: Partial<NotationDetails> = {}) {
    this.details = { ...plainNotation, ...details };
    this.#outside = new Set(this.details.outside);
  }

  /** Reads a tag's prefix and label; a tag without a mark is a bare label. */
  read(tag: string): ReadTag {
    if (!BEYOND_ASCII.test(tag)) return this.#parse(tag);
    const clean = withoutHiddenEdges(tag);
    if (clean === tag || clean === '') return this.#parse(tag);
    return { ...this.#parse(clean), tag, isCleaned: true };
  }

  /** Writes a tag of this prefix and label as the file writes tags. */
  write(prefix: TagPrefix, label: string): string {
    const { markSide, isLowerCase, joint, outside } = this.details;
    if (prefix === 'O') return outside[0] ?? 'O';
    if (prefix === '') return label;
    const mark = isLowerCase ? prefix.toLowerCase() : prefix;
    if (markSide === 'alone') return mark;
    return markSide === 'before' ? mark + joint + label : label + joint + mark;
  }

  /** Replaces the label of a tag. */
  withLabel({ tag, parts, isCleaned }: ReadTag, label: string): string {
    if (this.details.markSide === 'alone' || parts.prefix === 'O') return tag;
    if (isCleaned) return this.write(parts.prefix, label);
    if (parts.prefix === '') return label;
    return this.details.markSide === 'before'
      ? tag.slice(0, tag.length - parts.label.length) + label
      : label + tag.slice(parts.label.length);
  }

  /** Lists a scheme's tags as this file writes them: `O, B-… or I-…`. */
  spelling(scheme: TagScheme): string {
    const marks: Record<TagScheme, readonly TagPrefix[]> = {
      IOB1: ['B', 'I'],
      IOB2: ['B', 'I'],
      IOBES: ['B', 'I', 'E', 'S'],
      IO: ['I'],
    };
    const tags = [this.write('O', ''), ...marks[scheme].map((prefix) => this.write(prefix, '…'))];
    if (scheme === 'IO') tags.push('a bare label');
    const others = scheme === 'IOBES' ? ' (M- for I-, L- for E-, U- and W- for S-)' : '';
    return `${tags.slice(0, -1).join(', ')} or ${tags[tags.length - 1]!}${others}`;
  }

  #parse(tag: string): ReadTag {
    const plain = { tag, letter: '', isDoubled: false, isCleaned: false };
    if (this.#outside.has(tag)) return { ...plain, parts: OUTSIDE };
    const { doubledMark, typeName } = this.details;
    const outer = this.#takeMark(tag);
    if (!outer) return { ...plain, parts: { prefix: '', label: tag } };
    if (this.details.markSide === 'alone') return { ...plain, ...meaning(outer.letter, typeName) };
    const inner = doubledMark === null ? undefined : this.#takeMark(outer.label);
    if (!inner) return { ...plain, ...meaning(outer.letter, outer.label) };
    const letter = doubledMark === 'first' ? outer.letter : inner.letter;
    return { ...plain, ...meaning(letter, inner.label), isDoubled: true };
  }

  /** Splits a tag into its position mark and the rest; undefined where it has no mark. */
  #takeMark(tag: string): { letter: string; label: string } | undefined {
    const { markSide, joint } = this.details;
    if (markSide === 'alone') {
      const letter = this.#letterOf(tag.endsWith(joint) ? tag.slice(0, -joint.length) : tag); // `B` or `B-`
      return letter === undefined ? undefined : { letter, label: '' };
    }
    if (tag.length < joint.length + 2) return undefined;
    const isBefore = markSide === 'before';
    const letter = this.#letterOf(isBefore ? tag.charAt(0) : tag.charAt(tag.length - 1));
    if (letter === undefined) return undefined;
    const jointAt = isBefore ? 1 : tag.length - 1 - joint.length;
    if (!tag.startsWith(joint, jointAt)) return undefined;
    return { letter, label: isBefore ? tag.slice(1 + joint.length) : tag.slice(0, jointAt) };
  }

  #letterOf(mark: string): string | undefined {
    const letter = this.details.isLowerCase ? mark.toUpperCase() : mark;
    const isInCase = !this.details.isLowerCase || mark !== letter;
    return isInCase && PREFIX_OF_LETTER.has(letter) ? letter : undefined;
  }
}

function meaning(letter: string, label: string): { letter: string; parts: TagParts } {
  return { letter, parts: { prefix: PREFIX_OF_LETTER.get(letter)!, label } };
}

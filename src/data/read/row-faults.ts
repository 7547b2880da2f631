import { FILE_LIMITS } from '../../ner/file-limits';
import { continuesEntity, type TagPrefix, type TagScheme } from '../../ner/tag-scheme';
import { shorten } from '../../messages/shorten';
import type { FindingKind } from '../findings/finding';
import { quote } from '../format/hidden-characters';
import type { ReadTag, TagNotation } from '../format/tag-notation';

const PREFIXES_OF: Record<TagScheme, readonly TagPrefix[]> = {
  IOB1: ['O', 'B', 'I'],
  IOB2: ['O', 'B', 'I'],
  IOBES: ['O', 'B', 'I', 'E', 'S'],
  IO: ['O', 'I', ''],
};

/** Explains why a tag cannot be read in a scheme; undefined where it can. */
export function tagFault(
  { tag, parts }: ReadTag,
  scheme: TagScheme,
  notation: TagNotation,
): string | undefined {
  const { labelCharacters } = FILE_LIMITS;
  if (parts.label.length > labelCharacters) {
    return `Expected a label of at most ${labelCharacters} characters, which is what a model holds, found ${parts.label.length} in ${quote(tag)}; give it a shorter name, or leave the row out`;
  }
  const isEmptyLabel = tag === '' && parts.prefix !== 'O';
  if (!isEmptyLabel && PREFIXES_OF[scheme].includes(parts.prefix)) return undefined;
  const found = tag === '' ? 'nothing' : quote(tag);
  const wayOut =
    tag === '' || parts.prefix === ''
      ? 'correct the tag or leave the row out'
      : 'correct the tag, choose another scheme, or leave the row out';
  return `Expected ${notation.spelling(scheme)} as ${scheme} writes tags, found ${found}; ${wayOut}`;
}

/** Explains which rule of the scheme two neighbouring tags break, though conlleval's rules still read them; undefined where they break none. */
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
        `Expected B-${shorten(label)} to begin an entity, found ${quote(current.tag)} after ${quote(previous.tag)}; it is read as if it were B-${shorten(label)}`,
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
        ? `I-${shorten(previous.parts.label)} or E-${shorten(previous.parts.label)}`
        : `O, B-… or S-…`;
      return `Expected ${expected} after ${quote(previous.tag)}, found ${quote(current.tag)}; an entity ends here all the same and another may begin`;
    },
  };
}

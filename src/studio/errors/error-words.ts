import { shorten } from '../../messages/shorten';
import type { EntityError, ErrorKind } from '../../ner/error-categories';
import type { EntitySpan } from '../../ner/entity-span';
import type { ErrorChoice } from './error-table';

/** Title of each kind of error. */
export const ERROR_KIND_NAMES: Record<ErrorKind, string> = {
  missed: 'Missed',
  'wrong-type': 'Wrong type',
  'wrong-boundary': 'Wrong boundary',
  'wrong-type-and-boundary': 'Wrong type and boundary',
  spurious: 'Spurious',
};

/** Names a choice of errors: `Missed, PER`; `Spurious, all types`; `LOC predicted as PER`. */
export function nameChoice({ kind, label = 'all types', takenFor }: ErrorChoice): string {
  if (takenFor !== undefined) return `${label} predicted as ${takenFor}`;
  return kind ? `${ERROR_KIND_NAMES[kind]}, ${label}` : label;
}

/** Describes an error of a sentence: `“Ada Lovelace” (PER) was predicted as “Ada”.` */
export function describeError(words: readonly string[], error: EntityError): string {
  const quote = ({ start, end }: EntitySpan) =>
    `“${shorten(words.slice(start, end).join(' '), 120)}”`;
  const { kind, gold, predicted } = error;
  if (kind === 'spurious')
    return `${quote(predicted)} was predicted as ${predicted.label}; gold has no entity there.`;
  const entity = `${quote(gold)} (${gold.label})`;
  switch (kind) {
    case 'missed':
      return `${entity} was missed.`;
    case 'wrong-type':
      return `${entity} was predicted as ${predicted.label}.`;
    case 'wrong-boundary':
      return `${entity} was predicted as ${quote(predicted)}.`;
    case 'wrong-type-and-boundary':
      return `${entity} was predicted as ${quote(predicted)} (${predicted.label}).`;
  }
}

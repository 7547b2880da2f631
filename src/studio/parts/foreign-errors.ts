import { wayOutOf } from '../../messages/failure';
import { shorten } from '../../messages/shorten';

/** A kind of error that the browser or a library throws, in our words. Its own message is meant for programmers. */
interface ForeignKind {
  names: readonly string[];
  /** Messages that belong to the kind; all of these names where it is absent. */
  message?: RegExp;
  what: string;
  wayOut: string;
}

const FOREIGN_KINDS: readonly ForeignKind[] = [
  {
    names: ['NotReadableError', 'NotFoundError'],
    message: /\bfile\b|permission|could not be (?:found|read)|I\/O/i,
    what: 'The browser can no longer read the file: it was changed, moved or deleted since it was chosen.',
    wayOut: 'Drop it again.',
  },
  {
    names: ['QuotaExceededError'],
    what: 'The browser has no room to store this.',
    wayOut:
      'Delete a model, a run or a corpus that is no longer needed, or free disk space, and try again.',
  },
  {
    names: ['RangeError', 'RuntimeError', 'InternalError'],
    message: /allocat|out of memory|memory access|invalid (?:typed )?array (?:buffer )?length|oom/i,
    what: 'This tab has no memory left for that.',
    wayOut:
      'Close other tabs and programs and try again, or choose a smaller encoder, batch size or max length.',
  },
  {
    names: ['TypeError', 'NetworkError'],
    message: /fetch|network|load failed|importing a module/i,
    what: 'A file of this page could not be fetched.',
    wayOut: 'Check the connection, or start the server of this page again, and reload the page.',
  },
  {
    names: ['InvalidStateError', 'UnknownError'],
    message: /database|transaction|connection|backing store|indexeddb|blob|disk/i,
    what: 'The browser’s own storage failed.',
    wayOut: 'Free disk space, then reload the page.',
  },
];

/** Names of errors that browsers throw, apart from those of exceptions of the DOM, which all end alike and are no name of ours. */
const FOREIGN_NAMES = new Set([
  ...['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError'],
  ...['AggregateError', 'InternalError', 'RuntimeError', 'CompileError', 'LinkError'],
  ...['QuotaExceededError', 'NotReadableError', 'NotFoundError', 'NetworkError', 'UnknownError'],
  ...['InvalidStateError', 'DataError', 'DataCloneError', 'SecurityError', 'NotAllowedError'],
  ...['NotSupportedError', 'TransactionInactiveError', 'ReadOnlyError', 'ConstraintError'],
  ...['OperationError', 'EncodingError', 'TimeoutError', 'InvalidAccessError', 'VersionError'],
]);

/**
 * Explains an error that none of our code has put into words, by what the browser calls it; undefined for an error of ours. Names are all that
 * is left of its class once it has crossed a worker's boundary.
 */
export function explainForeign(error: Error): { what: string; wayOut: string } | undefined {
  const { name, message } = error;
  if (!FOREIGN_NAMES.has(name) || wayOutOf(error) !== '') return undefined;
  const kind = FOREIGN_KINDS.find(
    (each) => each.names.includes(name) && (each.message?.test(message) ?? true),
  );
  return kind ?? explainUnforeseen(`${name}: ${message}`);
}

/** Puts what nobody foresaw into words; `message` is meant for programmers. */
export function explainUnforeseen(message: string): { what: string; wayOut: string } {
  return {
    what: `Something failed that Tagwerk did not foresee (${shorten(message, 160)}).`,
    wayOut:
      'Reload the page and try again; if it comes back, report it with these words and what you did before.',
  };
}

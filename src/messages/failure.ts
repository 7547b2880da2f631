/**
 * An error that says in `message` what happened and, apart from it, what the person can do now. Both cross a worker's boundary
 * (`protocol/thrown-errors.ts`), and the page sets them apart. An error of ours without a way out of its own names it in its message.
 *
 *     throw new Failure('train.conll: the file is empty.', 'Drop the file that holds the corpus.');
 */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  /** Way out, as one or two sentences. */
  readonly wayOut: string;

  constructor(message: string, wayOut: string, options?: ErrorOptions) {
    super(message, options);
    this.wayOut = wayOut;
  }
}

/** Returns an error's own way out; empty where its message names it, or nothing is known. */
export function wayOutOf(error: unknown): string {
  if (!(error instanceof Error) || !('wayOut' in error)) return '';
  return typeof error.wayOut === 'string' ? error.wayOut : '';
}

/** Tells what happened and the way out in one text, for a record or a line of the command line. */
export function tellWhole(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const wayOut = wayOutOf(error);
  return wayOut === '' ? message : `${asSentence(message)} ${wayOut}`;
}

/** Ends a message with a full stop where it has no end. */
export function asSentence(message: string): string {
  const trimmed = message.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

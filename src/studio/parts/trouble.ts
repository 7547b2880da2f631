import { asSentence, tellWhole, wayOutOf } from '../../messages/failure';
import { shortenSentence } from '../../messages/shorten';
import { explainForeign } from './foreign-errors';

/** A failure as the page tells it. */
export interface Trouble {
  /** What happened; the way out too, where the error's own message names it. */
  what: string;
  /** What stays as it was, and the way out; empty where `what` says all. */
  next: string;
}

/**
 * Makes trouble of an error, which owns its way out; `stays` says what is as it was, in a sentence that is true whatever the cause.
 *
 *     describeTrouble(new Error('a.onnx: it is cut short; download it again'), 'Nothing was stored.')
 *     // { what: 'a.onnx: it is cut short; download it again.', next: 'Nothing was stored.' }
 */
export function describeTrouble(error: unknown, stays = ''): Trouble {
  const { what, wayOut } = explain(error);
  return {
    what: shortenSentence(asSentence(what || 'Something failed without a message')),
    next: [stays, wayOut].filter((part) => part !== '').join(' '),
  };
}

/** Tells an error and its way out in one text of any length, for a line of its own. */
export function describeWhole(error: unknown): string {
  const foreign = error instanceof Error ? explainForeign(error) : undefined;
  return foreign ? `${foreign.what} ${foreign.wayOut}` : tellWhole(error);
}

/** Tells whether work ended because the person stopped it, which is no failure. */
export function wasStopped(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function explain(error: unknown): { what: string; wayOut: string } {
  if (!(error instanceof Error)) return { what: String(error), wayOut: '' };
  return explainForeign(error) ?? { what: error.message, wayOut: wayOutOf(error) };
}

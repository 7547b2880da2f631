/** A failure as the page tells it: what happened, and what the person can do now. */
export interface Trouble {
  what: string;
  next: string;
}

/** The sentence of an error; `next` is the way out that fits the place where it was caught. */
export function describeTrouble(error: unknown, next: string): Trouble {
  const message = error instanceof Error ? error.message : String(error);
  return { what: asSentence(message || 'Something failed without a message.'), next };
}

/** True for work that ended because the person stopped it: no failure. */
export function wasStopped(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function asSentence(message: string): string {
  const trimmed = message.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

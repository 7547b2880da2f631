/** A failure as the page tells it: what happened, and what the person can do now. */
export interface Trouble {
  what: string;
  next: string;
}

/** Makes trouble of an error; `next` is the way out, known where the error was caught. */
export function describeTrouble(error: unknown, next: string): Trouble {
  const message = error instanceof Error ? error.message : String(error);
  return { what: asSentence(message || 'Something failed without a message.'), next };
}

/** Tells whether work ended because the person stopped it, which is no failure. */
export function wasStopped(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function asSentence(message: string): string {
  const trimmed = message.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

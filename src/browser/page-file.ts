import { Failure } from '../messages/failure';

/** Error of a file that the page's own server did not send; files that a person drops need no server. */
export class PageFileError extends Failure {
  override readonly name = 'PageFileError';
}

const UNREACHED_WAY_OUT =
  'Check the connection, or start the server of this page again, and try again.';

/**
 * Fetches a file that belongs to the page; `what` names it in the sentence of a failure: `the English sample`.
 *
 * @throws PageFileError where the server is not reached, has no such file, or sends a page in its stead; the signal's reason once it aborts.
 */
export async function fetchPageFile(
  url: URL | string,
  what: string,
  signal?: AbortSignal,
): Promise<Response> {
  const response = await reach(what, signal, () =>
    fetch(url, { credentials: 'same-origin', ...(signal ? { signal } : {}) }),
  );
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (response.ok && !isPage) return response;
  const path = new URL(response.url).pathname;
  throw new PageFileError(
    `The server of this page has no ${path} (${isPage ? 'it sent an HTML page' : `status ${response.status}`}), so ${what} could not be fetched.`,
    'Serve the whole folder of the built page, and try again.',
  );
}

/** Waits for what the network gives. @throws PageFileError where it breaks off; the signal's reason once it aborts. */
export async function reach<Result>(
  what: string,
  signal: AbortSignal | undefined,
  request: () => Promise<Result>,
): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    signal?.throwIfAborted();
    const why = isOffline()
      ? 'this computer is offline'
      : 'the server of this page does not answer';
    throw new PageFileError(
      `${startSentence(what)} could not be fetched: ${why}.`,
      UNREACHED_WAY_OUT,
      {
        cause: error,
      },
    );
  }
}

function isOffline(): boolean {
  return (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
}

function startSentence(what: string): string {
  return what.charAt(0).toUpperCase() + what.slice(1);
}

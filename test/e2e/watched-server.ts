import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Connect } from 'vite';
import { root } from '../../scripts/process.mjs';
import { securityHeaders } from '../../scripts/security-headers.mjs';
import { serveBuild } from '../../scripts/serve-build.mjs';

/** Address at which browsers report what the policy stopped: no script inside a thread could be asked. */
export const reportPath = '/policy-violation';
const watchPath = '/watch-this-page.js';
const complaintPath = '/complaint';

/** Duties of the server besides serving the build. */
export interface Watch {
  /** Gets what browsers report, and answers that were no success. */
  complaints?: string[];
  /** Whether the page gets a script that reports its errors, for an engine whose driver tells of none. */
  watchPages?: boolean;
  /** Files in place of the build's: path to content. */
  instead?: Readonly<Record<string, string | Uint8Array>>;
}

/** The build with the headers that `npm start` sends; the policy also asks for reports. */
export function serveWatchedBuild(watch: Watch = {}): ReturnType<typeof serveBuild> {
  const policy = `${securityHeaders['Content-Security-Policy']}; report-uri ${reportPath}`;
  const headers = { ...securityHeaders, 'Content-Security-Policy': policy };
  return serveBuild(0, headers, watchRequests(watch));
}

function watchRequests({
  complaints = [],
  watchPages,
  instead = {},
}: Watch): Connect.NextHandleFunction {
  const complain = async (kind: string, request: IncomingMessage) => {
    complaints.push(`${kind}: ${await text(request)}`);
  };
  const page = () =>
    readFileSync(join(root, 'dist/index.html'), 'utf8').replace(
      '<script',
      `<script src=".${watchPath}"></script><script`,
    );
  const answers: Record<string, () => [type: string, body: string | Uint8Array]> = {
    ...Object.fromEntries(
      Object.entries(instead).map(([path, body]) => [
        path,
        () => ['application/octet-stream', body] as const,
      ]),
    ),
    ...(watchPages && {
      '/': () => ['text/html', page()],
      [watchPath]: () => ['text/javascript', `(${tellOfErrors.toString()})('${complaintPath}')`],
    }),
  };
  return (request, response, next) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === reportPath || pathname === complaintPath) {
      const kind = pathname === reportPath ? 'a violation' : 'the page';
      void complain(kind, request).then(() => response.writeHead(204).end());
      return;
    }
    const answer = answers[pathname];
    if (answer) {
      const [type, body] = answer();
      response
        .writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
        .end(body);
      return;
    }
    response.on('finish', () => {
      if (response.statusCode >= 400) complaints.push(`${response.statusCode} for ${pathname}`);
    });
    next();
  };
}

/** Runs in the page, before any other script of it. */
function tellOfErrors(address: string): void {
  const tell = (what: string) => navigator.sendBeacon(address, what);
  const isElement = (target: EventTarget | null) => target instanceof Element;
  addEventListener(
    'error',
    ({ target, message, filename, lineno }) =>
      tell(
        isElement(target) ? `not loaded: ${target.outerHTML}` : `${message} ${filename}:${lineno}`,
      ),
    true,
  );
  addEventListener('unhandledrejection', ({ reason }) => tell(`rejected: ${String(reason)}`));
  const { error } = console;
  console.error = (...told: unknown[]) => {
    tell(told.map(String).join(' '));
    error(...told);
  };
}

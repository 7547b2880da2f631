import { join } from 'node:path';
import { root } from './process.mjs';
import { securityHeaders } from './security-headers.mjs';

/**
 * Serves `dist/` on localhost with the security headers on every response.
 * @param {number} port 0 takes any free one; another that is taken rejects
 * @param {Record<string, string>} [headers] others in their place, for tests
 * @param {import('vite').Connect.NextHandleFunction} [before] sees each request first, for tests
 * @returns {Promise<{ url: string; close: () => Promise<void> }>}
 */
export async function serveBuild(port, headers = securityHeaders, before = undefined) {
  const { preview } = await import('vite');
  const server = await preview({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    plugins: [onEveryResponse(headers, before)],
    appType: 'mpa', // an unknown path is a 404, as on any static host
    preview: { host: 'localhost', port, strictPort: port !== 0, open: false, headers },
  });
  const address = server.httpServer.address();
  const actualPort = typeof address === 'object' ? address?.port : port;
  return { url: `http://localhost:${actualPort}`, close: () => server.close() };
}

/**
 * Vite's own `preview.headers` leave out answers that are no file: 404 and the like.
 * @param {Record<string, string>} headers
 * @param {import('vite').Connect.NextHandleFunction | undefined} before
 * @returns {import('vite').Plugin}
 */
function onEveryResponse(headers, before) {
  return {
    name: 'headers-on-every-response',
    configurePreviewServer({ middlewares }) {
      middlewares.use((_request, response, next) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        next();
      });
      if (before) middlewares.use(before);
    },
  };
}

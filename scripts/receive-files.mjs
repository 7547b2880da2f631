import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Vite's plugin by which a benchmark in the browser puts a large file into `folder`: POST /received/NAME.
 * @param {string} folder
 * @returns {import('vite').Plugin}
 */
export function receiveFiles(folder) {
  return {
    name: 'receive-files',
    configureServer(server) {
      server.middlewares.use('/received/', (request, response, next) => {
        if (request.method !== 'POST') return next();
        const name = basename(request.url ?? '');
        mkdir(folder, { recursive: true })
          .then(() => pipeline(request, createWriteStream(join(folder, name))))
          .then(() => response.end(), next);
      });
    },
  };
}

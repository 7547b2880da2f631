import type { Plugin } from 'vite';
import { makeTinyShardedEncoder } from './reference/tiny-sharded-encoder';

/** Folder under which the tests' server has the tiny encoder whose word table is in shards; the shard `rest` is not there. */
export const tinyShardedPath = '/tiny-sharded-encoder/';

/** Serves that encoder as the server of the page serves those that come with it. */
export function serveTinyEncoder(): Plugin {
  const files = makeTinyShardedEncoder();
  return {
    name: 'serve-tiny-encoder',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        if (!pathname.startsWith(tinyShardedPath)) return next();
        const name = pathname.slice(tinyShardedPath.length);
        const body = name === 'words-rest.safetensors' ? undefined : files[name];
        if (!body) return response.writeHead(404).end();
        response
          .writeHead(200, {
            'content-type': 'application/octet-stream',
            'content-length': body.byteLength,
          })
          .end(body);
      });
    },
  };
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, runProgram, stop } from './process.mjs';

/** Files and folders that decide the build, besides `public/`. */
const sources = [
  'src',
  'workers',
  'index.html',
  'vite.config.ts',
  'svelte.config.js',
  'scripts/isolation-headers.mjs',
  'scripts/security-headers.mjs',
  'package-lock.json',
];

/** Lies in the build, so that a build by any other means takes it away. */
const stamp = join(root, 'dist/.sources-hash');

/** Builds `dist/` unless it was made from exactly these sources; stops with a sentence where the build fails. */
export async function ensureBuilt() {
  const hash = hashSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.error('Building …');
  const status = await runProgram('vite/bin/vite.js', ['build', '--logLevel', 'warn'], {
    quietStdout: true,
  });
  if (status !== 0) stop('The build failed (see above).');
  writeFileSync(stamp, hash);
}

function hashSources() {
  const hash = createHash('sha256');
  for (const path of sources.flatMap((source) => listFiles(join(root, source)))) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  // Weights are big and only copied: size and time tell whether they changed.
  for (const path of listFiles(join(root, 'public'))) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} the files below a folder, sorted; a file alone; nothing where there is neither */
function listFiles(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => listFiles(join(path, name)));
}

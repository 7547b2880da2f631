import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Ends this process with a sentence for the person.
 * @param {string} sentence
 * @returns {never}
 */
export function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

/**
 * Runs a package's program with this Node, in the repository, and resolves to its exit code (1 where a signal ended it).
 * @param {string} program path below node_modules
 * @param {readonly string[]} args
 * @param {{ quietStdout?: boolean }} [options] `quietStdout` sends its stdout to our stderr, where ours is for a result
 * @returns {Promise<number>}
 */
export function runProgram(program, args, { quietStdout = false } = {}) {
  const path = fileURLToPath(new URL(`../node_modules/${program}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    cwd: root,
    stdio: ['ignore', quietStdout ? 2 : 1, 2],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

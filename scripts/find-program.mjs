import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of the first of these programs that is on this computer, or undefined.
 * @param {readonly string[]} names looked for in the folders of PATH
 * @param {readonly string[]} [paths] looked at after them
 * @returns {string | undefined}
 */
export function findProgram(names, paths = []) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...paths,
  ];
  return candidates.find((candidate) => existsSync(candidate));
}

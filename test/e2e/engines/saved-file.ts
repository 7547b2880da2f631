import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Waits for the file that a browser saves into an empty folder, and gives its path once it grows no more. */
export async function savedFile(folder: string, ending: string, seconds: number): Promise<string> {
  const until = performance.now() + seconds * 1000;
  let size = -1;
  while (performance.now() < until) {
    const names = readdirSync(folder);
    const [name] = names.filter((each) => each.endsWith(ending));
    const now = name ? statSync(join(folder, name)).size : 0;
    // Firefox keeps an empty file under the name while it writes another.
    if (name && now > 0 && now === size && names.length === 1) return join(folder, name);
    size = now;
    await wait(200);
  }
  const found = readdirSync(folder).join(', ') || 'nothing';
  throw new Error(`Waited ${seconds} s for a file *${ending} among the downloads; found ${found}.`);
}

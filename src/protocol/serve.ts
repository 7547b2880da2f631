import { expose } from 'comlink';

/** The worker's side of `connect.ts`, and apart from it, for a worker must not name the workers: answers the calls of one page. */
export function serve<Calls extends object>(calls: Calls): void {
  expose(calls);
}

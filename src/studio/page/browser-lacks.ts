import { listLacks, type Lack } from '../../browser/lacks';
import type { BackendReport } from '../../protocol/train-calls';

/** Says what this browser lacks and what that costs, threads included as the backend reports them: `No WebGPU: training runs on the processor.` */
export function describeLacks(
  backend: BackendReport | undefined,
  lacks: readonly Lack[] = listLacks(),
): string[] {
  const { what, cost } = {
    what: 'No threads',
    cost: 'training uses one core of the processor',
  };
  const all =
    backend?.backend === 'wasm' && backend.threads === 1 ? [{ what, cost }, ...lacks] : lacks;
  return all.map((lack) => `${lack.what}: ${lack.cost}.`);
}

/** Describes how long stored data lasts, as far as the browser says. */
export function describeLasting(persistent: boolean | undefined, isPrivate: boolean): string {
  if (isPrivate) return 'This is a private window: all of it is gone when the window is closed.';
  if (persistent) return 'The browser has promised to keep it.';
  const privately = 'a private window forgets it when it is closed';
  return persistent === undefined
    ? `The browser does not say whether it keeps it; ${privately}.`
    : `The browser may clear it when the disk fills, and ${privately}.`;
}

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
  if (isPrivate) return 'This is a private window: everything is deleted when it is closed.';
  if (persistent) return 'The browser keeps it until you delete it.';
  const privately = 'a private window deletes it when it is closed';
  return persistent === undefined
    ? `The browser does not say how long it keeps this; ${privately}.`
    : `The browser may delete it when the disk is full, and ${privately}.`;
}

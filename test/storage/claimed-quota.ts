import { onTestFinished } from 'vitest';

/**
 * Lets the browser claim that so many bytes are free, on top of what is really stored, until the test ends or `liftClaim` is called. A
 * quota that is set over the browser's protocol shows only in a fresh browser, and not in its estimate: see `test/e2e/full-disk.test.ts`.
 */
export async function claimFree(bytes: number): Promise<void> {
  const { storage } = navigator;
  liftClaim();
  const measure = () => StorageManager.prototype.estimate.call(storage);
  const { usage: before = 0 } = await measure();
  const estimate = async () => ({ ...(await measure()), quota: before + bytes });
  Object.defineProperty(storage, 'estimate', { value: estimate, configurable: true });
  onTestFinished(liftClaim);
}

export function liftClaim(): void {
  Reflect.deleteProperty(navigator.storage, 'estimate');
}

import { onTestFinished } from 'vitest';

/** Takes something of this browser away for one test, as other browsers lack it. */
export function hide(target: object, name: string, value?: unknown): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true });
  onTestFinished(() => {
    if (own) Object.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  });
}

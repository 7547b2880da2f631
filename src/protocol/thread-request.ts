/** A message by which a worker asks its page for a thread: the port by which worker and thread will talk. */
export interface ThreadRequest {
  readonly threadPort: MessagePort;
}

export function isThreadRequest(data: unknown): data is ThreadRequest {
  return typeof data === 'object' && data !== null && 'threadPort' in data;
}

/**
 * Asks the page for a thread. A worker that makes one itself is blocked meanwhile; once in some hundred threads, a Firefox driven over
 * WebDriver BiDi never let it continue. The page continues at once.
 */
export function askForThread(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  (globalThis as unknown as Worker).postMessage({ threadPort: port2 } satisfies ThreadRequest, [
    port2,
  ]);
  return port1;
}

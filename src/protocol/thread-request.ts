/** Message by which a worker asks its page for a thread: the port by which the two will talk. */
export interface ThreadRequest {
  readonly threadPort: MessagePort;
}

export function isThreadRequest(data: unknown): data is ThreadRequest {
  return typeof data === 'object' && data !== null && 'threadPort' in data;
}

/**
 * Asks the page for a thread. A worker could make one itself, but it stands still meanwhile, and a Firefox that is driven over WebDriver
 * BiDi was seen never to let it go on, once in some hundred threads; the page goes on at once.
 */
export function askForThread(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  (globalThis as unknown as Worker).postMessage({ threadPort: port2 } satisfies ThreadRequest, [
    port2,
  ]);
  return port1;
}

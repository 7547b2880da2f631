/**
 * Lets the worker hear its messages. The runtime keeps a worker busy from one run to the next, for its promises settle without
 * a turn of the event loop; a message to oneself, unlike a timer, is not held back where the page is hidden.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

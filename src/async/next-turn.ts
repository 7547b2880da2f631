/**
 * Resolves in a later turn of the event loop, after the messages that wait now were handled. Work that goes from one promise to the next
 * keeps its worker busy without such a turn, so calls from the page, a stop among them, would wait for its end.
 *
 * It sends a message to itself; a timer would wait 4 ms once nested, and a second in a hidden tab.
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

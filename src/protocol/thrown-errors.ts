import { transferHandlers, type TransferHandler } from 'comlink';
import { wayOutOf } from '../messages/failure';

/** A thrown value as Comlink sends it; the fields of an error's `value` are put on the error that the caller gets. */
interface SentError {
  isError: boolean;
  value: Record<string, unknown>;
}

/** Lets the way out of an error cross a worker's boundary: by itself Comlink sends the name, the message and the stack alone. */
export function sendWaysOut(): void {
  const own = transferHandlers.get('throw') as TransferHandler<{ value: unknown }, SentError>;
  transferHandlers.set('throw', {
    ...own,
    serialize: (thrown: { value: unknown }) => {
      const [sent, transfers] = own.serialize(thrown);
      const wayOut = wayOutOf(thrown.value);
      if (sent.isError && wayOut !== '') sent.value['wayOut'] = wayOut;
      return [sent, transfers];
    },
  });
}

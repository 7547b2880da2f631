import { openTinySession } from './tiny-session';

// Posts the threads of a session, or why there is none. The first session of a page or a worker decides over its runtime's threads.
openTinySession().then(
  ({ threads }) => postMessage(threads),
  (error: unknown) => postMessage(String(error)),
);

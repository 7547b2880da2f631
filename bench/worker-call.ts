/** Sends a worker one message and waits for its one answer. */
export function askWorker<Reply>(worker: Worker, request: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  });
}

/** Lets the threads of whoever had the last turn fall asleep: some look for work for a while. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}

/** In a worker: answers each message, one at a time. An error there rejects `askWorker`. */
export function answerWith<Request>(answer: (request: Request) => unknown): void {
  onmessage = async ({ data }: MessageEvent<Request>) => {
    try {
      postMessage(await answer(data));
    } catch (error) {
      reportError(error);
    }
  };
}

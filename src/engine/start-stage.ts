/** Tells what a start is at, for the person who waits: `Starting thread 2 of 4`. */
export type OnStage = (stage: string) => void;

export interface StageOptions {
  onStage?: OnStage | undefined;
  limitMs: number;
  /** Way out where the stage takes longer, as the end of a sentence. */
  wayOut: string;
}

/**
 * Runs one stage of a start, which is told as it begins, and waits for it as long as its limit.
 *
 * A stage that blocks its whole thread cannot be noticed from inside it: the page sees that the worker is silent (`protocol/pulse.ts`) and
 * knows the last stage that was told.
 *
 * @throws where the stage fails or takes longer; what it gives later is left to the garbage collector.
 */
export async function runStage<Result>(
  stage: string,
  { onStage, limitMs, wayOut }: StageOptions,
  run: () => Promise<Result>,
): Promise<Result> {
  onStage?.(stage);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(
            `${stage}: not done within ${limitMs / 1000} seconds, and so given up; ${wayOut}.`,
          ),
        ),
      limitMs,
    );
  });
  try {
    return await Promise.race([run(), overdue]);
  } finally {
    clearTimeout(timer);
  }
}

/** For what comes over the network, however slow that is. */
export const LOADING_LIMIT_MS = 180_000;
/** For what the browser has only to hand over. */
export const OPENING_LIMIT_MS = 30_000;
/** For a worker whose script is here. */
export const THREAD_LIMIT_MS = 10_000;

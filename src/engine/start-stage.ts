/** Tells the person who waits which stage a start has reached: `Starting thread 2 of 4`. */
export type OnStage = (stage: string) => void;

export interface StageOptions {
  onStage?: OnStage | undefined;
  limitMs: number;
  /** Way out where the stage takes longer, as the end of a sentence: `reload the page`. */
  wayOut: string;
}

/**
 * Runs one stage of a start: tells that it begins, and waits for it no longer than its limit.
 *
 * Inside a thread, nobody notices a stage that blocks the whole of it. The page does: it hears nothing from the worker (`protocol/pulse.ts`), and
 * knows the last stage that began.
 *
 * @throws where the stage fails or takes longer; what it gives later is left to the garbage collector
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

/** Limit of a stage that loads from the network, which may be slow. */
export const LOADING_LIMIT_MS = 180_000;
/** Limit of a stage in which the browser only hands something over. */
export const OPENING_LIMIT_MS = 30_000;
/** Limit of the start of a worker whose script is here. */
export const THREAD_LIMIT_MS = 10_000;

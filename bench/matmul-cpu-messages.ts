import { answerWith } from './worker-call';

/** A linear layer of a MiniLM over 8 × 64 pieces: x f32[512, 384], W f32[384, 1536]. */
export const [rows, from, to] = [512, 384, 1536];
export const productOperations = 2 * rows * from * to;

/** Its three products: x·W, dx = dy·Wᵀ and dW = xᵀ·dy. */
export const forms = ['NN', 'NT', 'TN'] as const;
export type Form = (typeof forms)[number];

/** The numbers of the products' operands. */
export function makeOperands(): Record<'x' | 'w' | 'dy', Float32Array<ArrayBuffer>> {
  const wave = (length: number, pace: number) =>
    Float32Array.from({ length }, (_, i) => Math.sin(pace * i));
  return { x: wave(rows * from, 0.7), w: wave(from * to, 0.3), dy: wave(rows * to, 0.9) };
}

export interface StartProducts {
  threads: number;
}

export interface RunProducts {
  form: Form;
  times: number;
}

export interface ProductsReply {
  /** Time of each product, from the call until its numbers are there. */
  ms: number[];
  /** The sum of a product's numbers, to compare. */
  checksum: number;
}

/** Answers the benchmark's messages. `start` returns what computes a product; that returns once it is done. */
export function serveProducts(
  start: (threads: number) => Promise<{
    multiply: (form: Form) => void | Promise<void>;
    read: (form: Form) => Promise<ArrayLike<number>>;
  }>,
): void {
  let engine: Awaited<ReturnType<typeof start>>;
  answerWith(async (request: StartProducts | RunProducts): Promise<ProductsReply | undefined> => {
    if ('threads' in request) {
      engine = await start(request.threads);
      return;
    }
    const numbers = Array.from(await engine.read(request.form));
    const checksum = numbers.reduce((sum, number, i) => sum + number * Math.cos(i), 0);
    const ms: number[] = [];
    // A core that was idle is slow for some milliseconds.
    for (let i = 0; i < 10; i++) await engine.multiply(request.form);
    for (let i = 0; i < request.times; i++) {
      const started = performance.now();
      await engine.multiply(request.form);
      ms.push(performance.now() - started);
    }
    return { ms, checksum };
  });
}

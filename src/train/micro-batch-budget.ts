/**
 * Pieces of one micro-batch, padding included. On MiniLM (6 layers of 384) the WASM heap grows to 0.9 GB with 512 pieces, 1.3 GB with
 * 1,024 and 2.3 GB with 2,048: this many leaves room for larger encoders and longer sentences, and the cost of a micro-batch, a pass over
 * all gradients, stays near a fiftieth of its arithmetic.
 */
export const MICRO_BATCH_PIECES = 1024;

import type { Weights } from '../../src/model/weights';

/** SHA-256, hexadecimal, of weights in the order of their names: each name, its shape and its numbers. */
export async function hashWeights(weights: Weights): Promise<string> {
  const parts = [...weights]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, { shape, data }]) => [`${name} [${shape.join()}] `, new Float32Array(data)]);
  const bytes = await new Blob(parts).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

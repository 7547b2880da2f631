import { dropoutNumbers, siteKey, type DropoutAttributes } from '../../ops/dropout-hash';
import type { KernelNumber, StepNumber } from '../code/kernel-numbers';

/** Numbers that a kernel with dropout is given. */
export const DROPOUT_FORMS = { dropoutKey: 'u32', threshold: 'u32', keptScale: 'f32' } as const;

/** Computes the values of `DROPOUT_FORMS`; none where nothing is dropped. */
export function nameDropout(attributes: DropoutAttributes): Record<string, KernelNumber> {
  const { rate, place } = attributes;
  if (rate === 0 || !place) return {};
  const [now, threshold, keptScale] = dropoutNumbers(attributes);
  const { site } = place;
  const at: StepNumber['at'] = ({ seed, step }) => siteKey({ seed, step, site });
  return { dropoutKey: { now, at }, threshold, keptScale };
}

/** WGSL of the hash of dropout-hash.ts, and of `kept(hash)`, the factor of an element: 0 where it is dropped, else 1 / (1 − rate). */
export const DROPOUT_FUNCTIONS = `
fn mix(start: u32) -> u32 {
  var hash = (start ^ (start >> 16u)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13u)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16u);
}
fn chain(hash: u32, coordinate: u32) -> u32 { return mix(hash ^ ((coordinate + 1u) * 0x9e3779b9u)); }
fn kept(hash: u32) -> f32 { return select(numbers.keptScale, 0.0, hash < numbers.threshold); }`;

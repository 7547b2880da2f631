import { BUNDLED_ENCODERS, type BundledEncoder } from '../../recipe/bundled-encoders';
import { isBundled } from '../../storage/encoders';
import type { EncoderRecord } from '../../storage/records';

/** Gives the address of a bundled encoder's files, which lie beside the page. */
export function bundledEncoderUrl({ name }: BundledEncoder): string {
  return new URL(`models/${name}/`, document.baseURI).href;
}

/** Finds which of the encoders that come with the page a stored one is; undefined for any other. */
export function bundledOrigin(encoder: EncoderRecord): BundledEncoder | undefined {
  return BUNDLED_ENCODERS.find(({ name }) => isBundled(encoder, name));
}

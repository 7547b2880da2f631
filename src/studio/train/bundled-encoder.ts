/** The encoder that comes with the page. It is fetched once, when it is first needed. */
export const BUNDLED_ENCODER = {
  name: 'minilm-l6',
  path: 'models/minilm-l6/',
  bytes: 45_400_000,
} as const;

/** Gives the address of the bundled encoder's files, which lie beside the page. */
export function bundledEncoderUrl(): string {
  return new URL(BUNDLED_ENCODER.path, document.baseURI).href;
}

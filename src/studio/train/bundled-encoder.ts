/** The encoder that comes with the page: fetched once, when it is first wanted. */
export const BUNDLED_ENCODER = {
  name: 'minilm-l6',
  path: 'models/minilm-l6/',
  bytes: 45_400_000,
} as const;

/** Where the bundled encoder's files lie: beside the page, wherever that is served. */
export function bundledEncoderUrl(): string {
  return new URL(BUNDLED_ENCODER.path, document.baseURI).href;
}

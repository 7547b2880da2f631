/** Part of an encoder's files that is fetched only where a text has its scripts. */
export interface EncoderPart {
  /** Names of the scripts, as Unicode has them; absent in the part of all scripts that no other part names. */
  scripts?: readonly string[];
  bytes: number;
}

/** Facts of an encoder that comes with the page: what is known of it before any of its files is fetched. */
export interface BundledEncoder {
  /** Name of the encoder, and of its folder beside the page. */
  name: string;
  /** Languages that it was trained on, in words. */
  languages: string;
  /** Languages that it was trained on, by their codes (ISO 639-1); absent where they are too many to list. */
  languageCodes?: readonly string[];
  layers: number;
  /** Width of its hidden states. */
  hidden: number;
  /** Whether it tells upper case from lower case. */
  isCased: boolean;
  /** Licence as an SPDX id. */
  licence: string;
  /** Bytes of the files that every text needs. */
  bytes: number;
  /** Parts of its word table that are fetched when a text needs them; empty where it is one file. */
  parts: readonly EncoderPart[];
}

/** Every encoder that comes with the page, in the order in which they are offered. Files of a part: docs/encoder-files.md. */
export const BUNDLED_ENCODERS: readonly BundledEncoder[] = [
  {
    name: 'multilingual-e5-small-8',
    languages: 'about 100 languages',
    ...{ layers: 8, hidden: 384, isCased: true, licence: 'MIT' },
    bytes: 37_044_848, // signs, digits and special pieces are in the Latin part, so every text needs that
    parts: [
      { scripts: ['Cyrillic', 'Greek'], bytes: 7_958_608 },
      { scripts: ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul'], bytes: 5_616_936 },
      { bytes: 15_612_992 },
    ],
  },
  {
    name: 'minilm-l6',
    languages: 'English',
    languageCodes: ['en'],
    ...{ layers: 6, hidden: 384, isCased: false, licence: 'Apache-2.0' },
    bytes: 45_385_410,
    parts: [],
  },
];

/** The encoder that the samples train, and that is chosen where nothing speaks for another. */
export const DEFAULT_ENCODER = BUNDLED_ENCODERS.find(({ name }) => name === 'minilm-l6')!;

/** Finds a bundled encoder by its name. */
export function findBundledEncoder(name: string): BundledEncoder | undefined {
  return BUNDLED_ENCODERS.find((encoder) => encoder.name === name);
}

/** Counts the bytes of an encoder's files that a text in these scripts needs. */
export function countFetchedBytes(
  { bytes, parts }: BundledEncoder,
  scripts: Iterable<string>,
): number {
  const named = new Set(['Latin', ...parts.flatMap(({ scripts = [] }) => scripts)]);
  const needed = new Set<EncoderPart>();
  for (const script of scripts) {
    const part = parts.find((each) => each.scripts?.includes(script) ?? !named.has(script));
    if (part && script !== 'Latin') needed.add(part);
  }
  return [...needed].reduce((sum, part) => sum + part.bytes, bytes);
}

/** Counts the bytes of all of an encoder's files. */
export function countAllBytes({ bytes, parts }: BundledEncoder): number {
  return parts.reduce((sum, part) => sum + part.bytes, bytes);
}

/** Part of an encoder's word table, a file of its own that is fetched where a text has its scripts. */
export interface EncoderPart {
  /** Name of the part: that of its shard. */
  name: string;
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
  /** Bytes of its files but for the parts. */
  bytes: number;
  /** Parts of its word table, of which every text needs the first; empty where it is one file. */
  parts: readonly EncoderPart[];
}

/** Every encoder that comes with the page, in the order in which they are offered. Files of a part: docs/encoder-files.md. */
export const BUNDLED_ENCODERS: readonly [BundledEncoder, ...BundledEncoder[]] = [
  {
    name: 'multilingual-e5-small-8',
    languages: 'about 100 languages',
    ...{ layers: 8, hidden: 384, isCased: true, licence: 'MIT' },
    bytes: 12_231_768,
    parts: [
      { name: 'latin', scripts: ['Latin'], bytes: 24_813_080 }, // with signs, digits and special pieces
      { name: 'cyrillic-greek', scripts: ['Cyrillic', 'Greek'], bytes: 7_958_608 },
      {
        name: 'cjk',
        scripts: ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul'],
        bytes: 5_616_936,
      },
      { name: 'rest', bytes: 15_612_992 },
    ],
  },
];

/** The encoder that the samples train, and that is chosen where nothing speaks for another. */
export const [DEFAULT_ENCODER] = BUNDLED_ENCODERS;

/** Finds a bundled encoder by its name. */
export function findBundledEncoder(name: string): BundledEncoder | undefined {
  return BUNDLED_ENCODERS.find((encoder) => encoder.name === name);
}

/** Counts the bytes of an encoder's files that a text in these scripts needs. */
export function countFetchedBytes(encoder: BundledEncoder, scripts: Iterable<string>): number {
  return sumOf(partsFor(encoder, scripts), encoder.bytes);
}

/** Finds the parts of an encoder's word table that a text in these scripts needs. */
export function partsFor({ parts }: BundledEncoder, scripts: Iterable<string>): EncoderPart[] {
  const [first] = parts;
  const rest = parts.find((part) => !part.scripts);
  const needed = Array.from(scripts, (script) => {
    return parts.find((part) => part.scripts?.includes(script)) ?? rest;
  });
  return [...new Set([first, ...needed])].filter((part) => part !== undefined);
}

/** Counts the bytes of all of an encoder's files. */
export function countAllBytes({ bytes, parts }: BundledEncoder): number {
  return sumOf(parts, bytes);
}

function sumOf(parts: readonly EncoderPart[], bytes: number): number {
  return parts.reduce((sum, part) => sum + part.bytes, bytes);
}

import { shorten } from '../../messages/shorten';

const SHOWN_CHARACTERS = 80;

/** An object of a parsed JSON file. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns the value as an object; anything else as an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

/** Writes a value in few words: what a file says must not fill the screen. */
export function briefly(value: unknown): string {
  return shorten(JSON.stringify(value) ?? 'missing', SHOWN_CHARACTERS);
}

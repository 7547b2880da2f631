import { shorten } from '../messages/shorten';

const SHOWN_CHARACTERS = 80;

/** An object of a parsed JSON file. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a file whose content is an object. @throws naming the file where it is not. */
export function parseObject(text: string, file: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON; get the file again.`, { cause: error });
  }
  if (!isObject(json)) throw new Error(`${file} must be a JSON object.`);
  return json;
}

/** Returns the value as an object; anything else as an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Returns the value as an object; null where there is none. */
export function orNull(value: unknown): JsonObject | null {
  return value === undefined || value === null ? null : objectOf(value);
}

/** Writes a value in few words: what a file says must not fill the screen. */
export function briefly(value: unknown): string {
  return shorten(JSON.stringify(value) ?? 'missing', SHOWN_CHARACTERS);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { shorten } from '../messages/shorten';

/** Takes an unknown value for a `T`, or throws an Error that names the path, what was expected and what came. */
export type Check<T> = (value: unknown, path: string) => T;

type RequiredKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];
type RequiredChecks<T> = { [K in RequiredKey<T>]: Check<T[K]> };
type OptionalChecks<T> = { [K in Exclude<keyof T, RequiredKey<T>>]-?: Check<NonNullable<T[K]>> };

/** Limit on the brackets, commas and colons between the strings of a text; a card of a thousand labels has under 30,000. */
const MAX_SIGNS = 40_000;

/**
 * Parses a JSON text and checks it. A text of more brackets, commas and colons than any of ours has is not parsed at all: a few megabytes
 * of them would become many times as much in memory.
 */
export function parseChecked<T>(
  json: string,
  path: string,
  check: Check<T>,
  maxSigns = MAX_SIGNS,
): T {
  const signs = countSigns(json);
  if (signs > maxSigns)
    throw new Error(`${path} should have at most ${maxSigns} parts and has ${signs}`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error(`${path} should be JSON and is ${show(json)}`);
  }
  return check(value, path);
}

/** Counts signs outside of strings: a label may hold as many as it likes. */
function countSigns(json: string): number {
  let signs = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === 0x22) isInString = !isInString;
    else if (isInString) {
      if (code === 0x5c) i++; // what is escaped ends no string
    } else if (code === 0x5b || code === 0x7b || code === 0x2c || code === 0x3a) signs++;
  }
  return signs;
}

/** Makes a check for a string of at most `maxLength` UTF-16 units. */
export function text(maxLength: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string') return refuse(path, 'a string', value);
    if (value.length > maxLength) {
      return refuse(path, `at most ${maxLength} characters long`, `${value.length} long`);
    }
    return value;
  };
}

/** Makes a check for a finite number in [min, max]. */
export function number(min: number, max: number): Check<number> {
  return (value, path) =>
    typeof value === 'number' && value >= min && value <= max
      ? value
      : refuse(path, `a number from ${min} to ${max}`, value);
}

/** Makes a check for a whole number in [min, max]. */
export function integer(min: number, max: number): Check<number> {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : refuse(path, `a whole number from ${min} to ${max}`, value);
}

export const boolean: Check<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, 'true or false', value);

export function oneOf<const T extends string>(choices: readonly T[]): Check<T> {
  return (value, path) =>
    choices.find((choice) => choice === value) ??
    refuse(path, `one of ${choices.join(', ')}`, value);
}

export function listOf<T>(check: Check<T>, maxLength: number): Check<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return refuse(path, 'a list', value);
    if (value.length > maxLength) {
      return refuse(path, `at most ${maxLength} entries long`, `${value.length} long`);
    }
    return value.map((entry: unknown, i) => check(entry, `${path}[${i}]`));
  };
}

/** Makes a check for an object whose keys are free and whose values are all alike. */
export function recordOf<T>(check: Check<T>, maxKeys: number): Check<Record<string, T>> {
  return (value, path) => {
    const entries = Object.entries(asObject(value, path));
    if (entries.length > maxKeys) {
      return refuse(path, `at most ${maxKeys} entries long`, `${entries.length} long`);
    }
    // fromEntries defines own properties, so even a label called __proto__ stays a label.
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, check(entry, `${path}.${shorten(key)}`)]),
    );
  };
}

/**
 * Makes a check for an object with these fields; a required field that is absent is refused.
 *
 * @param unknownFields `refused`, or `dropped`: they may come from a newer version, and nothing here depends on them
 */
export function object<T extends object>(
  required: RequiredChecks<T>,
  optional: OptionalChecks<T>,
  unknownFields: 'refused' | 'dropped' = 'refused',
): Check<T> {
  const requiredChecks = new Map(Object.entries<Check<unknown>>(required));
  const optionalChecks = new Map(Object.entries<Check<unknown>>(optional));
  return (value, path) => {
    const fields = asObject(value, path);
    for (const key of requiredChecks.keys()) {
      if (!Object.hasOwn(fields, key)) throw new Error(`${path}.${key} is missing`);
    }
    const checked = Object.entries(fields).flatMap(([key, field]) => {
      const check = requiredChecks.get(key) ?? optionalChecks.get(key);
      if (check) return [[key, check(field, `${path}.${key}`)] as const];
      if (unknownFields === 'dropped') return [];
      throw new Error(`${path}.${show(key)} is not a known field`);
    });
    return Object.fromEntries(checked) as T;
  };
}

function asObject(value: unknown, path: string): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : refuse(path, 'an object', value);
}

function refuse(path: string, expected: string, value: unknown): never {
  throw new Error(`${path} should be ${expected} and is ${show(value)}`);
}

/** Shows a value in few words: what a file says must not fill the screen. */
function show(value: unknown): string {
  return shorten(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
}

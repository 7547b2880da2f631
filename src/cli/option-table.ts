import { parseArgs } from 'node:util';
import { UsageError } from './usage-error';

/** One option of a command: how it is read, and what the help says of it. */
export interface Option {
  /** Placeholder of the value; absent where the option is a switch. */
  value?: string;
  /** Sentence or phrase for the help. */
  text: string;
  /** Value that holds where the option is not given, as the help names it. */
  default?: string;
  /** True where the option may be given more than once. */
  isRepeatable?: true;
}

/** Options by name, without their hyphens. */
export type OptionTable<Flag extends string = string> = Readonly<Record<Flag, Option>>;

/** Arguments of the command line behind the command's name. */
export interface Given<Flag extends string> {
  positionals: string[];
  /** True where `--help` or `-h` was given. */
  wantsHelp: boolean;
  /** Returns the value of an option; undefined where it was not given. */
  text(flag: Flag): string | undefined;
  /** Returns every value of an option that may be given more than once. */
  texts(flag: Flag): string[];
  /** Tells whether a switch was given. */
  isSet(flag: Flag): boolean;
}

/** Reads arguments by a table of options. @throws UsageError where an option is unknown or lacks its value. */
export function readOptions<Flag extends string>(
  args: readonly string[],
  table: OptionTable<Flag>,
): Given<Flag> {
  const shapes = Object.entries<Option>(table).map(([flag, { value, isRepeatable = false }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [flag, { type, multiple: isRepeatable }] as const;
  });
  const parsed = parse(args, Object.fromEntries(shapes));
  const values: Readonly<Record<string, unknown>> = parsed.values;
  return {
    positionals: parsed.positionals,
    wantsHelp: values['help'] === true,
    text: (flag) => values[flag] as string | undefined,
    texts: (flag) => (values[flag] as string[] | undefined) ?? [],
    isSet: (flag) => values[flag] === true,
  };
}

function parse(
  args: readonly string[],
  shapes: Record<string, { type: 'boolean' | 'string'; multiple: boolean }>,
) {
  const options = { ...shapes, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads a whole number from 1 up. @throws UsageError naming the option and what came. */
export function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new UsageError(`${option} expects a whole number from 1 up, got "${text}"`);
}

/** Reads one of the choices. @throws UsageError naming the option, the choices and what came. */
export function readOneOf<Choice extends string>(
  option: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((each) => each === text);
  if (choice === undefined) {
    throw new UsageError(`${option} expects one of ${choices.join(', ')}, got "${text}"`);
  }
  return choice;
}

/** Copies an object without the keys that are undefined, so that defaults further on stay in force. */
export function onlyGiven<Values extends object>(values: Values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: NonNullable<Values[Key]>;
  };
}

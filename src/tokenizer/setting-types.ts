import { Failure } from '../messages/failure';
import { listSome, shorten } from '../messages/shorten';
import { type JsonObject, objectOf } from './json-object';

/** Type of a setting in a tokenizer's files. */
type SettingType = 'flag' | 'piece' | 'list' | 'object';

const EXPECTED: Readonly<Record<SettingType, string>> = {
  flag: 'true or false without quotation marks',
  piece: 'a text, or an object with a text as its content',
  list: 'a list',
  object: 'an object',
};

const SPECIAL_PIECES = {
  unk_token: 'piece',
  cls_token: 'piece',
  sep_token: 'piece',
  pad_token: 'piece',
  mask_token: 'piece',
  additional_special_tokens: 'list',
} as const;
const ADDED_PIECE = {
  special: 'flag',
  normalized: 'flag',
  single_word: 'flag',
  lstrip: 'flag',
  rstrip: 'flag',
} as const;

/** The tokenizer files of a folder, parsed; an empty object for one that is not there. */
export interface SettingFiles {
  /** `tokenizer.json`; undefined where there is none. */
  tokenizer: JsonObject | undefined;
  /** `tokenizer_config.json` */
  settings: JsonObject;
  /** `special_tokens_map.json` */
  specials: JsonObject;
}

/**
 * Finds settings that are read here and have another type than Hugging Face writes: `"false"` in quotation marks is neither true nor false.
 *
 *     findMistypedSettings({ tokenizer: undefined, settings: { do_lower_case: 'false' }, specials: {} })
 *     // ['tokenizer_config.json: do_lower_case is "false", expected true or false without quotation marks']
 */
export function findMistypedSettings({ tokenizer, settings, specials }: SettingFiles): string[] {
  const decoder = Object.entries(objectOf(settings['added_tokens_decoder']));
  return [
    ...mistyped('tokenizer_config.json', '', settings, {
      ...{ do_lower_case: 'flag', strip_accents: 'flag', tokenize_chinese_chars: 'flag' },
      ...{ do_basic_tokenize: 'flag', added_tokens_decoder: 'object' },
      ...SPECIAL_PIECES,
    }),
    ...decoder.flatMap(([id, piece]) =>
      addedPieceFaults('tokenizer_config.json', `added_tokens_decoder.${id}`, piece),
    ),
    ...mistyped('special_tokens_map.json', '', specials, SPECIAL_PIECES),
    ...(tokenizer ? tokenizerFaults(tokenizer) : []),
  ];
}

/** Checks the types of all settings. @throws Failure that names the settings of another type than Hugging Face writes. */
export function assertSettingTypes(files: SettingFiles): void {
  const faults = findMistypedSettings(files);
  if (faults.length === 0) return;
  throw new Failure(
    `The tokenizer's settings cannot be read: ${listProblems(faults)}.`,
    'Correct the file, or get it again.',
  );
}

/** Lists the first problems of a tokenizer's files, each cut to some characters; there may be one for each piece. */
export function listProblems(problems: readonly string[], characters = 160): string {
  return listSome(problems, {
    ...{ most: 6, between: '; ' },
    show: (problem) => shorten(problem, characters),
  });
}

function tokenizerFaults(tokenizer: JsonObject): string[] {
  const file = 'tokenizer.json';
  const model = objectOf(tokenizer['model']);
  const added = Array.isArray(tokenizer['added_tokens']) ? tokenizer['added_tokens'] : [];
  return [
    ...mistyped(file, '', tokenizer, {
      ...{ model: 'object', normalizer: 'object', pre_tokenizer: 'object', added_tokens: 'list' },
    }),
    // A Unigram vocabulary is a list, which its own reader checks.
    ...mistyped(file, 'model.', model, {
      ...{ byte_fallback: 'flag', ...(model['type'] === 'Unigram' ? {} : { vocab: 'object' }) },
    }),
    ...mistyped(file, 'normalizer.', objectOf(tokenizer['normalizer']), {
      ...{ lowercase: 'flag', strip_accents: 'flag' },
      ...{ handle_chinese_chars: 'flag', clean_text: 'flag' },
    }),
    ...added.flatMap((piece, index) => addedPieceFaults(file, `added_tokens[${index}]`, piece)),
  ];
}

function addedPieceFaults(file: string, where: string, piece: unknown): string[] {
  if (typeof piece !== 'object' || piece === null || !isPiece(piece)) {
    return [fault(file, where, piece, 'an object with a text as its content')];
  }
  return mistyped(file, `${where}.`, piece as unknown as JsonObject, ADDED_PIECE);
}

function mistyped(
  file: string,
  path: string,
  holder: JsonObject,
  types: Readonly<Record<string, SettingType>>,
): string[] {
  return Object.entries(types).flatMap(([key, type]) => {
    const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
    const isAbsent = value === undefined || value === null;
    return isAbsent || hasType(value, type)
      ? []
      : [fault(file, `${path}${key}`, value, EXPECTED[type])];
  });
}

function hasType(value: unknown, type: SettingType): boolean {
  switch (type) {
    case 'flag':
      return typeof value === 'boolean';
    case 'piece':
      return isPiece(value);
    case 'list':
      return Array.isArray(value) && value.every(isPiece);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
  }
}

function isPiece(value: unknown): boolean {
  return typeof value === 'string' || typeof objectOf(value)['content'] === 'string';
}

function fault(file: string, where: string, value: unknown, expected: string): string {
  return `${file}: ${where} is ${shorten(JSON.stringify(value) ?? 'undefined')}, expected ${expected}`;
}

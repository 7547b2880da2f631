import { shorten } from '../messages/shorten';

/** Parsed JSON object. */
type Json = Readonly<Record<string, unknown>>;

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
  tokenizer: Json | undefined;
  settings: Json;
  specials: Json;
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

function tokenizerFaults(tokenizer: Json): string[] {
  const file = 'tokenizer.json';
  const added = Array.isArray(tokenizer['added_tokens']) ? tokenizer['added_tokens'] : [];
  return [
    ...mistyped(file, '', tokenizer, {
      ...{ model: 'object', normalizer: 'object', pre_tokenizer: 'object', added_tokens: 'list' },
    }),
    ...mistyped(file, 'model.', objectOf(tokenizer['model']), { vocab: 'object' }),
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
  return mistyped(file, `${where}.`, piece as unknown as Json, ADDED_PIECE);
}

function mistyped(
  file: string,
  path: string,
  holder: Json,
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

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function fault(file: string, where: string, value: unknown, expected: string): string {
  return `${file}: ${where} is ${shorten(JSON.stringify(value) ?? 'undefined')}, expected ${expected}`;
}

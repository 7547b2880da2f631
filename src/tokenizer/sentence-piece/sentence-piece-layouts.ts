import { listSome } from '../../messages/shorten';
import { briefly, type JsonObject } from '../json-object';
import { USUAL_SPECIAL_PIECES } from '../special-pieces';
import type { SpecialPieces } from '../tokenizer';
import type { SentencePiece } from './sentence-piece-model';

/** How a family numbers the pieces of a SentencePiece model, and which steps prepare a text for them. */
export interface PieceLayout {
  /** Pieces with their scores before the model's own. */
  readonly before: readonly (readonly [piece: string, score: number])[];
  /** Count of the model's first pieces that fall away: its own special ones. */
  readonly skipped: number;
  /** Pieces with their scores behind the model's own. */
  readonly behind: readonly (readonly [piece: string, score: number])[];
  /** Score of one of the model's pieces; absent, it is the model's. */
  readonly scoreOf?: (piece: SentencePiece) => number;
  /** Names of the special pieces, and of the mask, where no file says them. */
  readonly specialPieces: Readonly<SpecialPieces>;
  readonly mask: string;
  /** Steps of the normalizer around the model's own charsmap. */
  readonly normalizers: (charsmap: readonly JsonObject[], settings: JsonObject) => JsonObject[];
}

const runsOfSpaces = (content: string): JsonObject => ({
  ...{ type: 'Replace', pattern: { Regex: ' {2,}' }, content },
});

const XLM_ROBERTA: PieceLayout = {
  before: [
    ['<s>', 0],
    ['<pad>', 0],
    ['</s>', 0],
    ['<unk>', 0],
  ],
  skipped: 3,
  behind: [['<mask>', 0]],
  specialPieces: USUAL_SPECIAL_PIECES,
  mask: '<mask>',
  normalizers: (charsmap) => [
    ...charsmap,
    { type: 'Strip', strip_left: false, strip_right: true },
    runsOfSpaces('▁'),
  ],
};

const CAMEMBERT: PieceLayout = {
  ...XLM_ROBERTA,
  before: [
    ['<s>NOTUSED', 0],
    ['<pad>', 0],
    ['</s>NOTUSED', 0],
    ['<unk>', 0],
    ['<unk>NOTUSED', -100],
  ],
  skipped: 1,
};

const ALBERT: PieceLayout = {
  ...{ before: [], skipped: 0, behind: [] },
  // A number with a comma behind it gives way to its parts.
  scoreOf: ({ text, score }) => (/\p{Nd},$/u.test(text) ? score - 100 : score),
  specialPieces: {
    ...{ classifier: '[CLS]', separator: '[SEP]', padding: '<pad>', unknown: '<unk>' },
  },
  mask: '[MASK]',
  normalizers: (charsmap, settings) => [
    { type: 'Replace', pattern: { String: '``' }, content: '"' },
    { type: 'Replace', pattern: { String: "''" }, content: '"' },
    ...(settings['keep_accents'] === true ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
    ...(settings['do_lower_case'] === false ? [] : [{ type: 'Lowercase' }]),
    ...charsmap,
    runsOfSpaces(' '),
  ],
};

/** The layouts that are known, by the tokenizer's class in `transformers` and by the family of the encoder. */
const LAYOUTS: Readonly<Record<string, PieceLayout>> = {
  XLMRobertaTokenizer: XLM_ROBERTA,
  CamembertTokenizer: CAMEMBERT,
  AlbertTokenizer: ALBERT,
};
const CLASSES_OF_FAMILIES: Readonly<Record<string, string>> = {
  'xlm-roberta': 'XLMRobertaTokenizer',
  camembert: 'CamembertTokenizer',
};

/**
 * Finds the layout of a SentencePiece vocabulary: by the `tokenizer_class` of `tokenizer_config.json` or `config.json`, else by `model_type`.
 *
 * @throws naming the class that is not known, since ids of another layout would be other pieces.
 */
export function pieceLayoutOf(settings: JsonObject, configuration: JsonObject): PieceLayout {
  const family = configuration['model_type'];
  const stated = settings['tokenizer_class'] ?? configuration['tokenizer_class'];
  const name =
    typeof stated === 'string'
      ? stated.replace(/Fast$/, '')
      : CLASSES_OF_FAMILIES[typeof family === 'string' ? family : ''];
  const layout = name !== undefined && Object.hasOwn(LAYOUTS, name) ? LAYOUTS[name] : undefined;
  if (layout) return layout;
  const where = stated === undefined ? `model_type ${briefly(family)}` : briefly(stated);
  throw new Error(
    `The pieces of a SentencePiece model are numbered by the tokenizer's class, and ${where} is not known; known are ${listSome(Object.keys(LAYOUTS))}. ` +
      'Write a tokenizer.json with AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) in Python.',
  );
}

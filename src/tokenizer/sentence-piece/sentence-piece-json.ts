import { base64Of } from '../base64';
import { type JsonObject, parseObject } from '../json-object';
import type { TokenizerFiles } from '../tokenizer-files';
import { type PieceLayout, pieceLayoutOf } from './sentence-piece-layouts';
import {
  PIECE_TYPES,
  readSentencePieceModel,
  type SentencePieceModel,
} from './sentence-piece-model';

const UNIGRAM = 1;
const MODEL_TYPES: Readonly<Record<number, string>> = { 2: 'BPE', 3: 'WORD', 4: 'CHAR' };

/** A model file in the form of a `tokenizer.json`, and the layout that its pieces follow. */
export interface SentencePieceFile {
  tokenizer: JsonObject;
  layout: PieceLayout;
}

/**
 * Says in the form of a `tokenizer.json` what a model file of SentencePiece means: the tokenizer that `transformers` converts it to, with the ids
 * of its family.
 *
 * @throws naming what the file has that is not read: a model of another type than Unigram, bytes as pieces, spaces behind words.
 */
export function sentencePieceJson(files: TokenizerFiles): SentencePieceFile {
  const { name, bytes } = files.sentencePiece!;
  const model = readSentencePieceModel(bytes, name);
  assertSupported(model, name);
  const settings = parseObject(files.settings ?? '{}', 'tokenizer_config.json');
  const layout = pieceLayoutOf(settings, parseObject(files.configuration ?? '{}', 'config.json'));
  const { before, skipped, behind, scoreOf = ({ score }) => score } = layout;
  const own = model.pieces.slice(skipped).map((piece) => [piece.text, scoreOf(piece)] as const);
  const vocab = [...before, ...own, ...behind];
  const { unknown } = layout.specialPieces;
  const charsmap =
    model.charsmap.length === 0
      ? []
      : [{ type: 'Precompiled', precompiled_charsmap: base64Of(model.charsmap) }];
  const tokenizer = {
    added_tokens: addedTokens(model, layout),
    normalizer: { type: 'Sequence', normalizers: layout.normalizers(charsmap, settings) },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    model: { type: 'Unigram', unk_id: vocab.findIndex(([piece]) => piece === unknown), vocab },
  };
  return { tokenizer, layout };
}

/** Lists the pieces that are looked for as a whole: the model's control pieces, those that its maker named, and the unused ones of the layout. */
function addedTokens({ pieces }: SentencePieceModel, { before }: PieceLayout): JsonObject[] {
  const unused = before.flatMap(([piece]) => (piece.endsWith('NOTUSED') ? [piece] : []));
  const control = pieces.filter(({ type }) => type === PIECE_TYPES.control);
  const named = pieces.filter(({ type }) => type === PIECE_TYPES.userDefined);
  const added = (content: string, special: boolean) => ({ content, special, normalized: false });
  return [
    ...[...unused, ...control.map(({ text }) => text)].map((content) => added(content, true)),
    ...named.map(({ text }) => added(text, false)),
  ];
}

function assertSupported(model: SentencePieceModel, file: string): void {
  const type = MODEL_TYPES[model.modelType] ?? `type ${model.modelType}`;
  const problems = [
    ...(model.modelType === UNIGRAM ? [] : [`its model is ${type}, and only Unigram is read`]),
    ...(model.byteFallback ? ['byte_fallback is true'] : []),
    ...(model.whitespaceAsSuffix ? ['treat_whitespace_as_suffix is true'] : []),
    ...(model.addDummyPrefix ? [] : ['add_dummy_prefix is false']),
    ...(model.escapeWhitespaces ? [] : ['escape_whitespaces is false']),
  ];
  if (problems.length === 0) return;
  throw new Error(
    `${file} cannot be read as the encoder learned it: ${problems.join('; ')}. Choose another encoder.`,
  );
}

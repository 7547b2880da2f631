import { messageFields } from './protobuf-fields';

/** A piece of a SentencePiece model. */
export interface SentencePiece {
  text: string;
  /** Natural logarithm of its probability. */
  score: number;
  /** Its `Type`: one of `PIECE_TYPES`, or another number. */
  type: number;
}

/** Types of pieces that are treated apart from the others. */
export const PIECE_TYPES = { normal: 1, control: 3, userDefined: 4 } as const;

/** A model file of SentencePiece, as much of it as decides which pieces a text has. */
export interface SentencePieceModel {
  pieces: SentencePiece[];
  /** Its `ModelType`: 1 Unigram, 2 BPE, 3 words, 4 characters. */
  modelType: number;
  byteFallback: boolean;
  whitespaceAsSuffix: boolean;
  addDummyPrefix: boolean;
  escapeWhitespaces: boolean;
  /** Precompiled charsmap of its normalizer; empty where it normalizes nothing. */
  charsmap: Uint8Array;
}

/** Numbers of the fields in https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto */
const MODEL = { pieces: 1, trainer: 2, normalizer: 3 };
const PIECE = { text: 1, score: 2, type: 3 };
const TRAINER = { modelType: 3, whitespaceAsSuffix: 24, byteFallback: 35 };
const NORMALIZER = { charsmap: 2, addDummyPrefix: 3, escapeWhitespaces: 5 };

/**
 * Reads a model file of SentencePiece (`sentencepiece.bpe.model`, `spiece.model`), a protobuf message; what is absent has the format's own default.
 *
 * @throws naming the file and its damage.
 */
export function readSentencePieceModel(bytes: Uint8Array, file: string): SentencePieceModel {
  try {
    return readModel(bytes);
  } catch (error) {
    const damage = (error as Error).message;
    throw new Error(
      `${file} is not a whole model file of SentencePiece: ${damage}; get it again.`,
      { cause: error },
    );
  }
}

function readModel(bytes: Uint8Array): SentencePieceModel {
  const model: SentencePieceModel = {
    ...{ pieces: [], modelType: 1, byteFallback: false, whitespaceAsSuffix: false },
    ...{ addDummyPrefix: true, escapeWhitespaces: true, charsmap: new Uint8Array(0) },
  };
  for (const { number, value } of messageFields(bytes)) {
    if (typeof value === 'number') continue;
    if (number === MODEL.pieces) model.pieces.push(readPiece(value));
    else if (number === MODEL.trainer) readTrainer(value, model);
    else if (number === MODEL.normalizer) readNormalizer(value, model);
  }
  if (model.pieces.length === 0) throw new Error('it has no pieces');
  return model;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readPiece(bytes: Uint8Array): SentencePiece {
  const piece = { text: '', score: 0, type: PIECE_TYPES.normal as number };
  for (const { number, value } of messageFields(bytes)) {
    if (typeof value === 'number') {
      if (number === PIECE.type) piece.type = value;
    } else if (number === PIECE.text) {
      piece.text = decoder.decode(value);
    } else if (number === PIECE.score && value.length === 4) {
      piece.score = new DataView(value.buffer, value.byteOffset).getFloat32(0, true);
    }
  }
  return piece;
}

function readTrainer(bytes: Uint8Array, model: SentencePieceModel): void {
  for (const { number, value } of messageFields(bytes)) {
    if (typeof value !== 'number') continue;
    if (number === TRAINER.modelType) model.modelType = value;
    else if (number === TRAINER.byteFallback) model.byteFallback = value !== 0;
    else if (number === TRAINER.whitespaceAsSuffix) model.whitespaceAsSuffix = value !== 0;
  }
}

function readNormalizer(bytes: Uint8Array, model: SentencePieceModel): void {
  for (const { number, value } of messageFields(bytes)) {
    if (number === NORMALIZER.charsmap && typeof value !== 'number') model.charsmap = value;
    else if (number === NORMALIZER.addDummyPrefix) model.addDummyPrefix = value !== 0;
    else if (number === NORMALIZER.escapeWhitespaces) model.escapeWhitespaces = value !== 0;
  }
}

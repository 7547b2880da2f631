import { METADATA_LIMITS, writeModelMetadata } from '../../export/model-metadata';
import type { BertConfig } from '../../model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../../model/parameters';
import { TagSet } from '../../ner/tag-set';
import { DEFAULT_RECIPE } from '../../recipe/presets';
import type { AddedPiece } from '../../tokenizer/added-pieces';
import { keptTokenizer } from '../../storage/kept-tokenizer';
import type { KeptTokenizer } from '../../tokenizer/tokenizer-kinds';

/** Bytes of an ONNX file, which is one message of protobuf, less room for its graph and its metadata. */
const MOST_WEIGHT_BYTES = 2 ** 31 - 2 ** 25;

/** Parts of an encoder's folder that its models' files hold, too. */
interface FolderParts extends Omit<KeptTokenizer, 'vocabulary'> {
  config: BertConfig;
  /** Pieces in the order of their ids. */
  pieces: string[];
  addedPieces?: AddedPiece[];
}

/**
 * Checks that a model of this encoder can be written as a file. The check that the export makes after a training is asked before it, with a
 * made-up corpus.
 *
 * @throws an Error that names the first thing which no file holds.
 */
export function assertExportable(folder: FolderParts): void {
  const problem = problemOf(folder);
  if (problem === undefined) return;
  throw new Error(
    `A model of this encoder could not be written as a file: ${problem}; choose another encoder.`,
  );
}

function problemOf({ config, pieces, ...tokenizer }: FolderParts): string | undefined {
  const tagSet = new TagSet(['X'], 'IOB2');
  const name = 'made up';
  const metadata = {
    tags: [...tagSet.tags],
    labels: [...tagSet.labels],
    scheme: tagSet.scheme,
    ...keptTokenizer({ ...tokenizer, vocabulary: pieces }),
    maxPieces: 3,
    config,
    card: {
      ...{ name, createdAt: 0, encoder: name, corpus: name, corpusHash: name },
      recipe: DEFAULT_RECIPE,
    },
  };
  try {
    const entries = writeModelMetadata(metadata);
    const bytes = Math.max(...[...entries.values()].map((value) => byteLength(value)));
    const most = METADATA_LIMITS.valueBytes;
    if (bytes > most) return `its vocabulary takes ${bytes} bytes, and a file holds ${most}`;
  } catch (error) {
    return (error as Error).message;
  }
  const broken = pieces.findIndex((piece) => /\p{Surrogate}/u.test(piece));
  if (broken >= 0) return `piece ${broken} of its vocabulary holds half a character`;
  const weightBytes = 4 * countParameters(config, tagSet.tags.length);
  if (weightBytes <= MOST_WEIGHT_BYTES) return undefined;
  return `its weights take ${(weightBytes / 1e9).toFixed(1)} GB, and an ONNX file holds less than 2.1 GB`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

function countParameters(config: BertConfig, tags: number): number {
  const shapes = [...encoderParameterShapes(config), ...classifierParameterShapes(config, tags)];
  return shapes.reduce(
    (sum, [, shape]) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
}

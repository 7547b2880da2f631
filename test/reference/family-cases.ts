import type { BertConfig } from '../../src/model/bert-config';
import { findEncoderTensors, readEncoderWeights } from '../../src/model/encoder-folder';
import { joinSentences } from '../../src/model/piece-batch';
import { readBertConfig } from '../../src/model/read-bert-config';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors/safetensors';
import type { Weights } from '../../src/model/weights';
import goldens from './golden/families.json';
import { seededNumbers } from './seeded-numbers';

export type FamilyCaseName = keyof typeof goldens;
export const FAMILY_CASES = Object.keys(goldens) as FamilyCaseName[];

/** Tags of the golden's heads. */
export const FAMILY_TAGS = 5;
const VOCABULARY = 29;
const LENGTHS = [9, 5, 3];

/** A tiny encoder as transformers saved it, with its weights by the formula of make-family-goldens.py. */
export interface FamilyCase {
  config: BertConfig;
  /** Weights of the encoder and of the head, as they are read from its file. */
  weights: Weights;
  /** Logits of the first step's batch by transformers in f64, f32[pieces, tags]. */
  logits: Float32Array;
  /** Gradients of the first step by parameter key, in Hugging Face's layout; of a position table those of the entries that are read. */
  gradients: Map<string, Float32Array>;
  /** Largest gradient of an entry of the position table that is not read. */
  unusedGradient: number;
  /** Loss of each step of PyTorch's AdamW. */
  losses: readonly number[];
}

/** Returns `config.json` of a case, and the tensors' shapes by name: of its token classifier, its bare encoder, its pre-trained model. */
export function familyFiles(name: FamilyCaseName) {
  const { config, tensors, bare, preTrained } = goldens[name];
  const files: Record<string, Record<string, number[]>> = { tensors, bare, preTrained };
  return { config, files };
}

/** Makes a safetensors file of tensors of these shapes, with the golden's numbers. */
export function familyBlob(shapes: Record<string, readonly number[]>): Blob {
  const tensors: Weights = new Map();
  Object.entries(shapes).forEach(([name, shape], place) => {
    const isScale = /(?:LayerNorm|layer_norm)\.weight$/.test(name);
    const scale = Math.fround(isScale || name.endsWith('bias') ? 0.1 : 0.3);
    const data = seededNumbers(sizeOf(shape), place + 1).map(
      (x) => Math.fround(x * scale) + (isScale ? 1 : 0),
    );
    tensors.set(name, { shape, data });
  });
  return new Blob(writeSafetensors(tensors));
}

/** Opens such a file. */
export function openFamilyFile(shapes: Record<string, readonly number[]>) {
  return readSafetensors(familyBlob(shapes), 'model.safetensors');
}

/** Reads a case as a folder is read. */
export async function readFamilyCase(name: FamilyCaseName): Promise<FamilyCase> {
  const golden = goldens[name];
  const config = readBertConfig(golden.config);
  const shapes: Record<string, number[]> = golden.tensors;
  const file = await openFamilyFile(shapes);
  const weights = await readEncoderWeights(file, config);
  const { names } = findEncoderTensors(file, config);
  const heads = ['classifier.weight', 'classifier.bias'];
  for (const key of heads) weights.set(key, await file.read(key));

  const byName = new Map<string, Float32Array>();
  let at = 0;
  const numbers = decode(golden.gradients);
  for (const [tensor, shape] of Object.entries(shapes)) {
    byName.set(tensor, numbers.slice(at, at + sizeOf(shape)));
    at += sizeOf(shape);
  }
  const gradients = new Map(
    [...weights.keys()].map((key) => [key, byName.get(names.get(key) ?? key)!]),
  );
  const positions = 'bert.embeddings.position_embeddings.weight';
  const ofPositions = gradients.get(positions)!;
  const unused = ofPositions.length - sizeOf(weights.get(positions)!.shape);
  gradients.set(positions, ofPositions.slice(unused));
  return {
    ...{ config, weights, gradients, losses: golden.losses },
    logits: decode(golden.logits),
    unusedGradient: Math.max(0, ...ofPositions.slice(0, unused).map(Math.abs)),
  };
}

/** Makes a step's batch, labels and count of labels, as make-family-goldens.py does. */
export function familyBatch(step: number) {
  const places = LENGTHS.map((length) => Array.from({ length }, (_, place) => place));
  const pieces = places.map((row, sentence) =>
    row.map((place) => 2 + ((step * 17 + sentence * 11 + place * 7) % (VOCABULARY - 2))),
  );
  const labels = places.flatMap((row, sentence) =>
    row.map((place) => {
      const hasLabel = place > 0 && place < row.length - 1 && place !== 4;
      return hasLabel ? (step + sentence * 3 + place * 5) % FAMILY_TAGS : -100;
    }),
  );
  return {
    batch: joinSentences(pieces),
    labelIds: Int32Array.from(labels),
    denominator: labels.filter((label) => label >= 0).length,
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function decode(base64: string): Float32Array {
  return new Float32Array(
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer,
  );
}

import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { selectBackend, type BackendChoice } from '../src/engine/start-engine';
import type { BertConfig } from '../src/model/bert-config';
import { readEncoderWeights } from '../src/model/encoder-folder';
import { joinSentences } from '../src/model/piece-batch';
import { isLinearWeight } from '../src/model/parameters';
import { randomBert } from '../src/model/random-bert';
import { readBertConfig } from '../src/model/read-bert-config';
import { WordShards, shardFileName } from '../src/model/word-shards';
import { WORD_TABLE_KEY } from '../src/model/word-table';
import { DEFAULT_ENCODER } from '../src/recipe/bundled-encoders';
import { readSafetensors, writeSafetensors } from '../src/model/safetensors/safetensors';
import { tokenClassification } from '../src/model/heads/token-classification';
import { Model } from '../src/model/model';
import type { Weights } from '../src/model/weights';
import { encodeSentence } from '../src/tokenizer/encode-sentence';
import { SeededRandom } from '../src/random/seeded-random';
import { createTokenizer, readTokenizerFiles } from '../src/tokenizer/tokenizer-kinds';
import type { Precision } from '../src/recipe/precision';
import { linearSchedule } from '../src/recipe/schedule';
import { createTrainer } from '../src/train/step/create-trainer';
import type { Trainer } from '../src/train/step/trainer';

// Trains a model for 100 steps, dropout off, and leaves all that PyTorch needs to do the same, with what came out: one safetensors file
// a model in `.cache/parity/`. `python test/reference/python/compare-training.py` does the steps again and holds every number against them.
//
// VITE_PARITY_BACKEND=wasm (default) or webgpu-software; VITE_PARITY_THREADS for the first, VITE_PARITY_PRECISION=f16 for the second.
// VITE_PARITY_STEPS for fewer where a step takes its time.

const steps = Number(import.meta.env['VITE_PARITY_STEPS'] ?? 100);
const precision = (import.meta.env['VITE_PARITY_PRECISION'] ?? 'f32') as Precision;
const WARMUP_STEPS = 10;
const backend = (import.meta.env['VITE_PARITY_BACKEND'] ?? 'wasm') as BackendChoice;
const threads = Number(import.meta.env['VITE_PARITY_THREADS'] ?? 2);

/** A sentence's pieces and their labels, -100 where a piece has none. */
interface LabelledSentence {
  pieceIds: Int32Array;
  labelIds: Int32Array;
}

interface Task {
  name: string;
  config: BertConfig;
  tags: number;
  weights: Weights;
  /** Taken in turn. */
  batches: LabelledSentence[][];
  peakRate: number;
  /** Sentences of a micro-batch: gradients are summed over several. */
  microBatch: number;
}

test.each([
  { name: 'the bundled encoder', makeTask: bundledEncoder },
  { name: 'a BERT of odd sizes', makeTask: oddBert },
])('$name', async ({ makeTask }) => {
  const report = await selectBackend(backend, { threads });
  const task = await makeTask();
  const file = await train(task);
  const name = precision === 'f32' ? task.name : `${task.name}-${precision}`;
  await fetch(`/received/${name}.safetensors`, { method: 'POST', body: file });
  console.log(`${task.name} on ${report.backend} (${report.device}): ${file.size} bytes written`);
});

async function train(task: Task): Promise<Blob> {
  const { config, tags, batches, peakRate } = task;
  const model = Model.create(config, task.weights, tokenClassification(tags), 1);
  const trainer = createTrainer(model, undefined, { precision });
  const kept: Weights = new Map();
  const keep = (name: string, data: ArrayLike<number>, shape: readonly number[] = [data.length]) =>
    kept.set(name, { shape, data: Float32Array.from(data) });
  for (const [key, { shape, data }] of await model.weights()) keep(`start/${key}`, data, shape);
  for (const [i, batch] of batches.entries()) {
    const ones = batch.map(({ pieceIds }) => new Int32Array(pieceIds.length).fill(1));
    for (const [name, sentences, padding] of [
      ['pieceIds', batch.map(({ pieceIds }) => pieceIds), 0],
      ['attentionMask', ones, 0],
      ['labelIds', batch.map(({ labelIds }) => labelIds), -100],
    ] as const) {
      const { numbers, shape } = pad(sentences, padding);
      keep(`batches/${i}/${name}`, numbers, shape);
    }
  }
  const schedule = linearSchedule(100, WARMUP_STEPS);
  const losses: number[] = [];
  const norms: number[] = [];
  const rates: number[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = batches[step % batches.length]!;
    if (step < 3) {
      const pieces = joinSentences(batch.map(({ pieceIds }) => pieceIds));
      const scores = await model.score(pieces);
      const { offsets } = pieces;
      const ofSentences = batch.map((_, i) =>
        scores.subarray(offsets[i]! * tags, offsets[i + 1]! * tags),
      );
      const { numbers, shape } = pad(ofSentences, 0);
      keep(`logits/${step}`, numbers, [shape[0], shape[1] / tags, tags]);
    }
    const loss = await gatherMicroBatches(trainer, batch, task.microBatch);
    if (step === 0) {
      for (const [key, numbers] of (await trainer.state()).gradients!) {
        const { shape } = model.parameters.get(key)!;
        const tensor = tf.tidy(() => {
          const gradient = tf.tensor(numbers, shape);
          return isLinearWeight(key) ? tf.transpose(gradient) : gradient;
        });
        keep(`gradients/${key}`, await tensor.data<'float32'>(), tensor.shape);
        tensor.dispose();
      }
    }
    // Warm-up begins above 0, so that the first step moves.
    const rate = peakRate * schedule.at(step + 1).learningRateFactor;
    losses.push(loss);
    const norm = await trainer.apply({ learningRate: rate, clipNorm: 1 });
    if (norm === undefined) throw new Error('The loss scale is too large to begin with.');
    norms.push(norm);
    rates.push(rate);
    if (step === 0 || step === 9)
      for (const [key, { shape, data }] of await model.weights())
        keep(`after/${step}/${key}`, data, shape);
  }
  keep('losses', losses);
  keep('norms', norms);
  keep('rates', rates);
  trainer.dispose();
  model.dispose();
  return new Blob(writeSafetensors(kept, 'F32', { config: JSON.stringify({ ...config, tags }) }));
}

async function gatherMicroBatches(
  trainer: Trainer,
  sentences: LabelledSentence[],
  size: number,
): Promise<number> {
  const labelsOf = (some: LabelledSentence[]) =>
    Int32Array.from(some.flatMap(({ labelIds }) => [...labelIds]));
  const denominator = labelsOf(sentences).filter((id) => id >= 0).length;
  let loss = 0;
  for (let first = 0; first < sentences.length; first += size) {
    const part = sentences.slice(first, first + size);
    const batch = joinSentences(part.map(({ pieceIds }) => pieceIds));
    loss += await trainer.gather({ batch, labelIds: labelsOf(part), denominator });
  }
  return loss;
}

/** The bundled encoder on the sample corpus; its word table is cut to the corpus' pieces, which are numbered anew. */
async function bundledEncoder(): Promise<Task> {
  const folder = `/models/${DEFAULT_ENCODER.name}`;
  const text = async (url: string) => (await fetch(url)).text();
  const blob = async (name: string) => (await fetch(`${folder}/${name}`)).blob();
  const whole = readBertConfig(JSON.parse(await text(`${folder}/config.json`)));
  const file = await readSafetensors(await blob('model.safetensors'), 'model.safetensors');
  const packed = (await blob('tokenizer.json.gz')).stream();
  const json = new Response(packed.pipeThrough(new DecompressionStream('gzip'))).text();
  const { pieces, ...described } = readTokenizerFiles({ tokenizer: await json });
  const tokenizer = createTokenizer({ vocabulary: pieces, ...described });
  const rows = (await text('/sample/english.train.conll'))
    .split('\n')
    .map((line) => line.split('\t'));
  const tagNames = [...new Set(rows.flatMap(([, tag]) => tag ?? []))].toSorted();
  const sentences: LabelledSentence[] = [];
  let words: string[] = [];
  let tags: number[] = [];
  for (const [word, tag] of rows) {
    if (word && tag && word !== '-DOCSTART-') {
      words.push(word);
      tags.push(tagNames.indexOf(tag));
    } else if (words.length > 0) {
      const { pieceIds, firstPieces } = encodeSentence(tokenizer, words, 64);
      const labelIds = new Int32Array(pieceIds.length).fill(-100);
      for (const [i, piece] of firstPieces.entries()) if (piece >= 0) labelIds[piece] = tags[i]!;
      sentences.push({ pieceIds, labelIds });
      [words, tags] = [[], []];
    }
  }
  const ids = [...new Set(sentences.flatMap(({ pieceIds }) => [...pieceIds]))].toSorted(
    (a, b) => a - b,
  );
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  for (const { pieceIds } of sentences) pieceIds.forEach((id, i) => (pieceIds[i] = rowOf.get(id)!));
  const shards = (await WordShards.read(file))!;
  const needed = shards.needed(ids).map(async (name) => {
    const fileName = shardFileName(name);
    return [name, await readSafetensors(await blob(fileName), fileName)] as const;
  });
  const table = await shards.readRows(Int32Array.from(ids), new Map(await Promise.all(needed)));
  const config = { ...whole, vocabularySize: ids.length };
  const weights = await readEncoderWeights(file, whole);
  weights.set(WORD_TABLE_KEY, table);
  const batches = Array.from({ length: 40 }, (_, i) => sentences.slice(8 * i, 8 * i + 8));
  const peakRate = 5e-5;
  return {
    name: 'bundled',
    config,
    tags: tagNames.length,
    weights,
    batches,
    peakRate,
    microBatch: 5,
  };
}

/** A random BERT with odd sizes: 3 heads of 11, 7 labels, up to 33 pieces, sentences of one word, batches of one. */
function oddBert(): Promise<Task> {
  const config: BertConfig = {
    vocabularySize: 97,
    hidden: 33,
    layers: 3,
    heads: 3,
    intermediate: 50,
    maxPositions: 33,
    tokenTypes: 2,
    layerNormEpsilon: 1e-12,
    hiddenDropout: 0,
    attentionDropout: 0,
  };
  const random = new SeededRandom(7, 7);
  // 0 is [PAD], whose vector transformers never trains.
  const sentence = (pieces: number) => ({
    pieceIds: Int32Array.from({ length: pieces }, () => 1 + random.nextBelow(96)),
    labelIds: Int32Array.from({ length: pieces }, (_, i) =>
      i === 0 || i === pieces - 1 || random.nextBelow(4) === 0 ? -100 : random.nextBelow(7),
    ),
  });
  const lengths = [[33, 3, 17, 9, 1 + 2], [3], [33], [8, 8, 8], [29, 4, 31, 12, 5, 3, 7]];
  const batches = lengths.map((batch) => batch.map(sentence));
  // Weights as wide as a trained encoder's, so that softmax and GELU leave their linear parts.
  const weights = new Map(
    [...randomBert(config, 5)].map(([key, { shape, data }]) => [
      key,
      { shape, data: key.includes('LayerNorm') ? data : data.map((x) => 10 * x) },
    ]),
  );
  return Promise.resolve({
    name: 'oddBert',
    config,
    tags: 7,
    weights,
    batches,
    peakRate: 1e-3,
    microBatch: 2,
  });
}

/** Pads numbers to the longest sentence's, as PyTorch takes them. */
function pad(sentences: readonly ArrayLike<number>[], padding: number) {
  const longest = Math.max(...sentences.map(({ length }) => length));
  const numbers = new Float32Array(sentences.length * longest).fill(padding);
  sentences.forEach((sentence, row) => numbers.set(sentence, row * longest));
  return { numbers, shape: [sentences.length, longest] as [number, number] };
}

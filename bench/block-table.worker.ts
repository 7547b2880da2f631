import { exportOnnx } from '../src/export/export-onnx';
import { createAnnotator, type Annotator } from '../src/infer/annotate';
import { readOnnxFile } from '../src/infer/onnx/onnx-file';
import { createSession, type Session } from '../src/infer/session';
import type { ModelMetadata } from '../src/export/model-metadata';
import type { TrainedBlocks } from '../src/export/write-word-blocks';
import type { BertConfig } from '../src/model/bert-config';
import { readBertConfig } from '../src/model/read-bert-config';
import { isQuantized } from '../src/model/safetensors/quantized-tensors';
import { readSafetensors } from '../src/model/safetensors/safetensors';
import type { TensorEntry } from '../src/model/safetensors/safetensors-header';
import { WORD_TABLE_KEY } from '../src/model/word-table';
import { seededNormal } from '../src/random/seeded-normal';
import { SeededRandom } from '../src/random/seeded-random';
import { DEFAULT_RECIPE } from '../src/recipe/presets';
import { TagSet } from '../src/ner/tag-set';
import { readTokenizerFiles } from '../src/tokenizer/tokenizer-kinds';
import { median } from './median';
import { randomWeights } from './train-cpu-messages';
import { answerWith } from './worker-call';

/** Times of one sentence, in milliseconds: medians of runs that took turns. */
export interface SentenceTimes {
  what: string;
  blocksMs: number;
  plainMs: number;
  /** Median of the ratios of neighbouring runs, blocks to plain. */
  ratio: number;
  /** Ratio of the fastest runs. */
  fastestRatio: number;
}

export interface BlockTableReply {
  blockBytes: number;
  plainBytes: number;
  /** Whether all logits of the two files were equal. */
  isEqual: boolean;
  openBlocksMs: number;
  openPlainMs: number;
  times: SentenceTimes[];
}

const FOLDER = '/models/multilingual-e5-small-8';
const ROWS = 'embeddings.word_embeddings.weight';
/** Pieces that a training of some thousand sentences changes. */
const CHANGED_ROWS = 4000;
const ROUNDS = 60;

async function fetchFile(name: string): Promise<Blob> {
  const response = await fetch(`${FOLDER}/${name}`);
  if (!response.ok) throw new Error(`${name} is not in public${FOLDER}: docs/encoder-files.md`);
  return response.blob();
}

/** The encoder's word table with its Latin shard, as a file has it in blocks and whole in f32, with rows that a training might have changed. */
interface LatinTable {
  words: TrainedBlocks;
  whole: Float32Array;
}

async function readLatin({ vocabularySize, hidden }: BertConfig): Promise<LatinTable> {
  const encoder = await readSafetensors(await fetchFile('model.safetensors'), 'model.safetensors');
  const shardOf = await encoder.readBytes('embeddings.word_embeddings.shards');
  const latin = [...shardOf.keys()].filter((id) => shardOf[id] === 0);
  const rowOf = new Int32Array(vocabularySize).fill(-1);
  latin.forEach((id, row) => (rowOf[id] = row));

  const blob = await fetchFile('words-latin.safetensors');
  const file = await readSafetensors(blob, 'words-latin.safetensors');
  const entry = file.tensors.get(ROWS)!;
  if (!isQuantized(entry)) throw new Error('The Latin shard is not in blocks of 4 bits.');
  const bytesAt = ({ begin, end }: TensorEntry) =>
    blob.slice(file.dataStart + begin, file.dataStart + end).arrayBuffer();
  const nibbles = new Uint8Array(await bytesAt(entry));
  const scales = new Uint16Array(await bytesAt(entry.scales));

  const ids = Int32Array.from({ length: CHANGED_ROWS }, (_, i) => latin[7 * i + 9]!);
  const rows = seededNormal(ids.length * hidden, 0.05, 3);
  const whole = new Float32Array(vocabularySize * hidden);
  const put = (from: Float32Array, pieces: ArrayLike<number>) => {
    for (let i = 0; i < pieces.length; i++)
      whole.set(from.subarray(i * hidden, (i + 1) * hidden), pieces[i]! * hidden);
  };
  put((await file.read(ROWS)).data, latin);
  put(rows, ids);
  return {
    words: { table: { nibbles, scales, rowOf }, changed: { ids, rows }, shards: ['latin'] },
    whole,
  };
}

async function describe(config: BertConfig): Promise<ModelMetadata> {
  const packed = await fetchFile('tokenizer.json.gz');
  // Vite's server calls it encoded, so that it comes unpacked.
  const isPacked = new Uint8Array(await packed.slice(0, 1).arrayBuffer())[0] === 0x1f;
  const unpacked = isPacked
    ? packed.stream().pipeThrough(new DecompressionStream('gzip'))
    : packed.stream();
  const { pieces, ...tokenizer } = readTokenizerFiles({
    ...{ vocabulary: undefined, settings: undefined, specials: undefined, added: undefined },
    tokenizer: await new Response(unpacked).text(),
  });
  const labels = ['PER', 'LOC', 'ORG', 'MISC'];
  const name = 'bench';
  const made = { name, createdAt: 0, encoder: name, corpus: name, corpusHash: '' };
  return {
    tags: [...new TagSet(labels, 'IOB2').tags],
    labels,
    scheme: 'IOB2',
    ...tokenizer,
    vocabulary: pieces,
    maxPieces: 256,
    config,
    card: { ...made, recipe: DEFAULT_RECIPE },
  };
}

/** Runs two things in turn, so that other work on the machine falls on both. */
async function takeTurns(
  what: string,
  rounds: number,
  blocks: (round: number) => Promise<unknown>,
  plain: (round: number) => Promise<unknown>,
): Promise<SentenceTimes> {
  const time = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  const [blockMs, plainMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const isFirst = round % 2 === 0;
    if (isFirst) blockMs.push(await time(() => blocks(round)));
    plainMs.push(await time(() => plain(round)));
    if (!isFirst) blockMs.push(await time(() => blocks(round)));
  }
  return {
    what,
    blocksMs: median(blockMs),
    plainMs: median(plainMs),
    ratio: median(blockMs.map((ms, round) => ms / plainMs[round]!)),
    fastestRatio: Math.min(...blockMs) / Math.min(...plainMs),
  };
}

async function open(file: Blob): Promise<[session: Session, ms: number]> {
  const started = performance.now();
  const session = await createSession(await readOnnxFile(file), 1);
  return [session, performance.now() - started];
}

const SENTENCE =
  'Anna Weber von der Universität Leipzig besuchte am Montag die Elbphilharmonie in Hamburg';

answerWith(async (): Promise<BlockTableReply> => {
  const config = readBertConfig(JSON.parse(await (await fetchFile('config.json')).text()));
  const { words, whole } = await readLatin(config);
  const weights = randomWeights({ ...config, vocabularySize: 1 });
  const metadata = await describe(config);
  const blockFile = new Blob(await exportOnnx({ config, weights, words, metadata }));
  weights.set(WORD_TABLE_KEY, { shape: [config.vocabularySize, config.hidden], data: whole });
  const plainFile = new Blob(await exportOnnx({ config, weights, metadata }));
  await fetch('/received/latin-blocks.onnx', { method: 'POST', body: blockFile });

  const [blocks, openBlocksMs] = await open(blockFile);
  const [plain, openPlainMs] = await open(plainFile);
  const random = new SeededRandom(16);
  const latin = [...words.table.rowOf.keys()].filter((id) => words.table.rowOf[id]! >= 0);
  const drawSentence = (pieces: number) =>
    Int32Array.from({ length: pieces }, () => latin[random.nextBelow(latin.length)]!);
  let isEqual = true;
  const times: SentenceTimes[] = [];
  for (const pieces of [12, 32, 128]) {
    const sentences = Array.from({ length: ROUNDS }, () => [drawSentence(pieces)]);
    for (const sentence of sentences.slice(0, 5)) {
      const [a, b] = [await blocks.logits(sentence), await plain.logits(sentence)];
      isEqual &&= a.logits.every((logit, i) => logit === b.logits[i]);
    }
    const score = (session: Session) => (round: number) => session.logits(sentences[round]!);
    times.push(await takeTurns(`${pieces} pieces`, ROUNDS, score(blocks), score(plain)));
  }
  const readers = [createAnnotator(blocks), createAnnotator(plain)] as const;
  const type = (reader: Annotator) => (round: number) => reader.read(`${SENTENCE} ${round}.`);
  times.push(await takeTurns('a key in Try', ROUNDS, type(readers[0]), type(readers[1])));
  await Promise.all([blocks.release(), plain.release()]);
  const [blockBytes, plainBytes] = [blockFile.size, plainFile.size];
  return { blockBytes, plainBytes, isEqual, openBlocksMs, openPlainMs, times };
});

import { createAnnotator } from '../../../src/infer/annotate';
import { readOnnxFile } from '../../../src/infer/onnx-file';
import { createSession } from '../../../src/infer/session';
import { exportRun } from '../../../src/jobs/export-run';
import { importCorpus } from '../../../src/jobs/import-corpus';
import { importEncoder } from '../../../src/jobs/import-encoder';
import { loadCheckpointState } from '../../../src/jobs/load-checkpoint';
import { packCorpus } from '../../../src/jobs/pack-corpus';
import { startRun } from '../../../src/jobs/train-run';
import { randomBert } from '../../../src/model/random-bert';
import { writeSafetensors } from '../../../src/model/safetensors';
import { openDatabase } from '../../../src/storage/database';
import { createId } from '../../../src/storage/ids';
import { readModelBlob } from '../../../src/storage/models';
import { findRun } from '../../../src/storage/runs';
import type { Database } from '../../../src/storage/schema';
import { defaultRecipe } from '../../../src/train/recipe';
import { smallCorpus, smallVocabulary } from '../../e2e/small-corpus';
import { dumpDatabase } from '../../storage/database-dump';
import { hashWeights } from '../hash-weights';
import { startRunPlace } from './run-place';

/** What the kept files hold, for the test that opens them. */
export interface PreviousBuild {
  /** The run that was ended, and exported as `model.onnx`. */
  finished: KeptRun;
  /** The run whose tab was closed; `state` is what it would have come to. */
  interrupted: KeptRun & { step: number; parts: number };
  /** What the exported model says of a text. */
  annotated: {
    text: string;
    entities: { start: number; end: number; label: string; confidence: number }[];
  };
}

export interface KeptRun {
  id: string;
  losses: number[];
  devF1: number[];
  /** `hashWeights` of the last checkpoint at its end. */
  weights: string;
}

const sentence =
  'In May Ada Lovelace wrote to Tomas Vale and the board of Alpine Lines from Vienna .';
const nobody = new AbortController().signal;
const noReport = () => undefined;
const recipe = {
  ...defaultRecipe,
  ...{ epochs: 20, batchSize: 8, learningRate: 2e-2, maxPieces: 24, seed: 5 },
};
/** Where the second run is interrupted: of its 10 steps, and of the parts of the next. */
const interruption = { step: 7, parts: 2 };

/** Makes the kept files with the sources beside it. */
export async function makePreviousBuild(): Promise<{
  database: Blob;
  model: Blob;
  facts: PreviousBuild;
}> {
  const database = await openDatabase(`previous-${createId()}`);
  const what = await stock(database);
  const place = await startRunPlace(database);
  const run = await startRun(place, { name: 'Finished', ...what, recipe });
  const { id } = await exportRun(place, run, 'letters', noReport);
  const model = await readModelBlob(database, id);
  const finished = await describeRun(database, run.id);

  const { dump, runId, parts } = await interruptRun(database, what);
  const interrupted = await describeRun(database, runId);
  const { step } = interruption;
  const annotated = { text: sentence, entities: await annotate(model) };
  return {
    database: dump,
    model,
    facts: { finished, interrupted: { ...interrupted, step, parts }, annotated },
  };
}

async function stock(database: Database) {
  const sources = Object.entries(smallCorpus).map(([name, rows]) => ({
    ...{ name, blob: new Blob([rows]), choice: {} },
  }));
  const task = { name: 'letters', sources, dropErrors: false };
  const corpus = await importCorpus(database, task, noReport, nobody);
  const files = Object.entries(encoderFiles()).map(([name, content]) => ({
    ...{ name, blob: new Blob([content].flat()) },
  }));
  const encoder = await importEncoder(database, files, 'tiny', noReport, nobody);
  await packCorpus(database, corpus.id, encoder.id, recipe.maxPieces, noReport, nobody);
  return { corpusId: corpus.id, encoderId: encoder.id };
}

function encoderFiles() {
  const vocabulary = smallVocabulary();
  const config = {
    vocabularySize: vocabulary.length,
    ...{ hidden: 8, layers: 2, heads: 2, intermediate: 12, maxPositions: 24, tokenTypes: 2 },
    ...{ layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1 },
  };
  return {
    'config.json': JSON.stringify({
      model_type: 'bert',
      architectures: ['BertModel'],
      vocab_size: config.vocabularySize,
      hidden_size: config.hidden,
      num_hidden_layers: config.layers,
      num_attention_heads: config.heads,
      intermediate_size: config.intermediate,
      max_position_embeddings: config.maxPositions,
      type_vocab_size: config.tokenTypes,
      layer_norm_eps: config.layerNormEpsilon,
      hidden_act: 'gelu',
      hidden_dropout_prob: config.hiddenDropout,
      attention_probs_dropout_prob: config.attentionDropout,
    }),
    'vocab.txt': `${vocabulary.join('\n')}\n`,
    'tokenizer_config.json': JSON.stringify({ do_lower_case: true }),
    'model.safetensors': writeSafetensors(randomBert(config, 7)),
  };
}

/** Trains a run to its end, with a dump of the database at the interruption: what a tab that closes there leaves. */
async function interruptRun(
  database: Database,
  what: { corpusId: string; encoderId: string },
): Promise<{ dump: Blob; runId: string; parts: number }> {
  let kept = 0;
  let dump: Promise<Blob> | undefined;
  const place = await startRunPlace(database, (event) => {
    if (event.kind !== 'checkpoint' || event.step !== interruption.step || dump) return;
    if (kept++ < interruption.parts) return;
    place.control.pause();
    dump = dumpDatabase(database.name).finally(() => place.control.resume());
  });
  const request = { name: 'Interrupted', ...what, recipe: { ...recipe, epochs: 2, seed: 6 } };
  const run = await startRun({ ...place, checkpointEveryMs: 0 }, request);
  if (!dump) throw new Error('The run was over before it was interrupted.');
  return { dump: await dump, runId: run.id, parts: interruption.parts };
}

async function describeRun(database: Database, id: string): Promise<KeptRun> {
  const run = await findRun(database, id);
  if (run?.state !== 'finished') throw new Error(`The run ended as ${run?.state}: ${run?.failure}`);
  const { weights } = await loadCheckpointState(database, id, 'latest');
  const devF1 = run.epochs.map(({ report }) => report.entity.f1);
  return { id, losses: [...run.losses], devF1, weights: await hashWeights(weights) };
}

async function annotate(model: Blob) {
  const session = await createSession(await readOnnxFile(new File([model], 'model.onnx')), 1);
  try {
    return (await createAnnotator(session).annotate(sentence)).entities;
  } finally {
    await session.release();
  }
}

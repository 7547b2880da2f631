import { exportOnnx, type OnnxExport } from '../../export/export-onnx';
import type { ModelCard } from '../../export/model-card';
import type { ModelMetadata } from '../../export/model-metadata';
import { F32_VARIANT, type Variant } from '../../export/variants';
import { readOnnxFile } from '../../infer/onnx/onnx-file';
import { checkParity, type ParityReference, type ParityReport } from '../../infer/parity';
import { createSession } from '../../infer/session';
import { tokenClassification } from '../../model/heads/token-classification';
import { Model } from '../../model/model';
import { readWordTable } from '../../model/parameter-store';
import { readAllRows } from '../../model/word-rows';
import { WORD_TABLE_KEY } from '../../model/word-table';
import { shorten } from '../../messages/shorten';
import { FILE_LIMITS } from '../../ner/file-limits';
import { TagSet } from '../../ner/tag-set';
import type { ReportProgress } from '../../protocol/progress';
import { createId } from '../../storage/ids';
import { saveModel } from '../../storage/models';
import type { CorpusRecord, KeptEncoder, ModelRecord, RunRecord } from '../../storage/records';
import { keptTokenizer } from '../../storage/kept-tokenizer';
import { distinctPieces, type PackedSplit } from '../../tokenizer/pack/packed-split';
import { useLayers } from '../../train/apply-recipe';
import { planByLength, takePieces } from '../../train/micro-batches';
import type { RunControl } from '../../train/run-control';
import type { CheckpointState } from '../../train/checkpoint/checkpoint-state';
import { findRunEncoder, nameRunCorpus, obtainProbes } from './find-run-sources';
import { loadCheckpointState } from './load-checkpoint';
import { loadRunWeights } from './load-run-weights';
import type { EncoderWeights } from '../encoder/stored-encoder';
import type { RunContext } from './run-context';
import type { UnsavedRun } from './unsaved-run';

/** Dev sentences on which a file is compared with the trained model; spread over the split, so that short and long ones are among them. */
const PROBE_SENTENCES = 48;

/** A file that computes what the trained model does, and what its record will say of it. */
interface VerifiedFile {
  file: File;
  card: ModelCard;
  largestLogitDifference: number;
}

/**
 * Writes a run's best epoch as an ONNX file, runs it in onnxruntime-web, and stores it only if its logits equal the trained model's.
 *
 * @throws ParityError naming the difference, or an AbortError once stopped; nothing is stored then.
 */
export async function exportRun(
  context: RunContext,
  run: RunRecord,
  name: string,
  report: ReportProgress,
): Promise<ModelRecord> {
  const { database, control } = context;
  const { file, card, largestLogitDifference } = await makeFile(context, run, name, report);
  const model: ModelRecord = {
    id: createId(),
    name,
    createdAt: card.createdAt,
    runId: run.id,
    bytes: file.size,
    labels: run.labels,
    card,
    hasChecksums: true,
    largestLogitDifference,
  };
  await begin(control, report, 'Storing the file');
  await saveModel(database, model, file);
  return model;
}

/**
 * Writes the ONNX file of a run's best epoch and verifies it as `exportRun` does, and stores nothing: for a disk that has no room for it.
 *
 * @param held the run's best weights where they are not stored
 */
export async function exportFile(
  context: RunContext,
  run: RunRecord,
  name: string,
  report: ReportProgress,
  held?: UnsavedRun,
): Promise<Blob> {
  const best = { ...run, ...held?.changes };
  const { file } = await makeFile(context, best, name, report, held?.unstored.state);
  return file;
}

async function makeFile(
  { database, control }: RunContext,
  run: RunRecord,
  name: string,
  report: ReportProgress,
  held?: CheckpointState,
): Promise<VerifiedFile> {
  await begin(control, report, 'Reading the best epoch');
  const encoder = await findRunEncoder(database, run);
  const state = held ?? (await loadCheckpointState(database, run.id, 'best'));
  const { dataHash } = state;
  const trained = await loadRunWeights(database, run, state);
  const { weights, words } = trained;
  const { maxPieces, scheme, seed } = run.recipe;
  const dev = await obtainProbes(database, run, dataHash, encoder, words);
  const tagSet = new TagSet(run.labels, scheme);
  const config = useLayers(encoder.config, run.recipe);
  // The corpus may read otherwise now; scores and hash are of the one that the run trained on.
  const corpus = { name: await nameRunCorpus(database, run), hash: dataHash };
  const card = cardOf(name, run, corpus, encoder);
  const metadata: ModelMetadata = {
    tags: [...tagSet.tags],
    labels: run.labels,
    scheme,
    ...keptTokenizer(encoder),
    maxPieces,
    config,
    card,
  };
  await begin(control, report, 'Writing the file');
  const parts = await exportOnnx({ config, metadata, ...(await wordTableOf(trained)) });
  const file = new File(parts, `${name}.onnx`);

  await begin(control, report, 'Asking the trained model');
  const classifier = Model.create(
    config,
    weights,
    tokenClassification(tagSet.tags.length),
    seed,
    await readWordTable(words, distinctPieces(dev)),
  );
  let reference: ParityReference[];
  try {
    reference = await probe(classifier, dev, encoder.vocabulary, maxPieces, control);
  } finally {
    classifier.dispose();
  }
  await begin(control, report, 'Holding the file against the trained model');
  const { largestDifference } = await verifyFile(file, reference);
  return { file, card, largestLogitDifference: largestDifference };
}

/** Takes the weights for a file: the word table in blocks where it is kept so, else whole among the others. */
async function wordTableOf({
  weights,
  words,
  readBlocks,
  changed = { ids: new Int32Array(), rows: new Float32Array() },
}: EncoderWeights): Promise<Pick<OnnxExport, 'weights' | 'words'>> {
  if (readBlocks) return { weights, words: { ...(await readBlocks()), changed } };
  return { weights: new Map(weights).set(WORD_TABLE_KEY, await readAllRows(words)) };
}

/** Tells of the next part of the work. @throws an AbortError once the person has stopped the job. */
function begin(control: RunControl, report: ReportProgress, stage: string): Promise<void> {
  report({ stage, done: 0, total: 0 });
  return waitOrAbort(control);
}

/** Waits as the control does between two parts. @throws an AbortError once the person has stopped the job. */
async function waitOrAbort(control: RunControl): Promise<void> {
  if (await control.waitToContinue()) return;
  throw new DOMException('Making the file was stopped.', 'AbortError');
}

/**
 * Reads a written file as any page would, and compares its logits with the reference.
 *
 * @throws ParityError, or the reader's error.
 */
async function verifyFile(
  file: Blob,
  reference: readonly ParityReference[],
  { tolerance }: Variant = F32_VARIANT,
): Promise<ParityReport> {
  const session = await createSession(await readOnnxFile(file), 1);
  try {
    return await checkParity(reference, session, tolerance);
  } finally {
    await session.release();
  }
}

function cardOf(
  name: string,
  { recipe, epochs, bestEpoch, test }: RunRecord,
  corpus: Pick<CorpusRecord, 'name' | 'hash'>,
  encoder: KeptEncoder,
): ModelCard {
  const dev = epochs.find(({ epoch }) => epoch === bestEpoch)?.report;
  // Names of an earlier build may be longer than a file holds.
  const cut = (text: string) => shorten(text, FILE_LIMITS.nameCharacters);
  return {
    name: cut(name),
    createdAt: Date.now(),
    encoder: cut(encoder.name),
    corpus: cut(corpus.name),
    corpusHash: corpus.hash,
    recipe,
    ...(dev ? { dev } : {}),
    ...(test ? { test } : {}),
    ...(encoder.licence ? { licence: encoder.licence } : {}),
  };
}

/** Computes the trained model's logits of sentences spread over a split. */
async function probe(
  classifier: Model,
  split: PackedSplit,
  vocabulary: readonly string[],
  maxPieces: number,
  control: RunControl,
): Promise<ParityReference[]> {
  const step = Math.max(1, Math.floor(split.sentences / PROBE_SENTENCES));
  const limits = { batchSize: 1, pieceBudget: maxPieces };
  const reference: ParityReference[] = [];
  for (const [index, microBatch] of planByLength(split, limits).entries()) {
    if (index % step !== 0) continue;
    await waitOrAbort(control);
    const sentence = microBatch.sentences[0]!;
    const batch = takePieces(split, microBatch);
    const { pieceIds } = batch;
    reference.push({
      text: Array.from(pieceIds.subarray(1, 9), (id) => vocabulary[id]).join(' '),
      pieceIds,
      firstPieces: split.firstPieces.slice(
        split.wordOffsets[sentence],
        split.wordOffsets[sentence + 1],
      ),
      logits: await classifier.score(batch),
    });
  }
  return reference;
}

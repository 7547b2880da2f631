import type { Annotation, PartialReading, TextReading } from '../../infer/annotation';
import { createAnnotator, type Annotator } from '../../infer/annotate';
import { LatestOnly } from '../../async/latest-only';
import { SerialQueue } from '../../async/serial-queue';
import { readOnnxFile } from '../../infer/onnx/onnx-file';
import { renameModelFile } from '../../infer/onnx/renamed-file';
import { scoreSentences } from '../../infer/score-split';
import { createSession, type Session } from '../../infer/session';
import {
  formatAnnotationColumns,
  formatAnnotationJson,
  type AnnotationFormat,
} from '../../ner/annotation-formats';
import type { ScoreReport } from '../../ner/scores';
import type { Sentence, SplitName } from '../../ner/sentence';
import type { InferCalls } from '../../protocol/infer-calls';
import type { ReportProgress } from '../../protocol/progress';
import { readStoredSentences } from '../../storage/corpora/corpora';
import { createId } from '../../storage/ids';
import { readModelBlob, saveModel } from '../../storage/models';
import type { CorpusId, ModelId, ModelRecord } from '../../storage/records';
import { requireRecord } from '../../storage/require';
import type { Database } from '../../storage/schema';
import { whileTagging } from '../device/core-sharing';

interface LoadedModel {
  record: ModelRecord;
  session: Session;
  annotator: Annotator;
}

/** Answers the calls of `infer.worker`. They run one after another; of the annotations that wait, only the latest runs. */
export class InferService implements InferCalls {
  readonly #database: Promise<Database>;
  readonly #latest = new LatestOnly();
  #loaded: LoadedModel | undefined;
  /** Control of the reading that the page asked for last. */
  #reading = new AbortController();
  /** Queue of all that uses the model: onnxruntime runs one thing at a time. */
  readonly #queue = new SerialQueue();

  /** @param database being opened; where that fails, each call that needs it rejects with the reason */
  constructor(database: Promise<Database>) {
    this.#database = database;
  }

  async importModel(file: File, report: ReportProgress): Promise<ModelRecord> {
    report({ stage: `Checking ${file.name}`, done: 0, total: 0 });
    const { metadata, hasChecksums } = await readOnnxFile(file);
    const record: ModelRecord = {
      id: createId(),
      name: metadata.card.name,
      createdAt: Date.now(),
      bytes: file.size,
      labels: metadata.labels,
      card: metadata.card,
      ...(hasChecksums ? { hasChecksums } : {}),
    };
    report({ stage: `Storing ${file.name}`, done: 0, total: 0 });
    await saveModel(await this.#database, record, file);
    return record;
  }

  async readModelFile(id: ModelId): Promise<Blob> {
    const database = await this.#database;
    const { name } = await requireRecord(database, 'models', id);
    return renameModelFile(await readModelBlob(database, id), name);
  }

  loadModel(id: ModelId, threads: number): Promise<ModelRecord> {
    if (this.#loaded?.record.id !== id) this.#reading.abort();
    return this.#queue.run(async () => {
      if (this.#loaded?.record.id === id) return this.#loaded.record;
      const database = await this.#database;
      const record = await requireRecord(database, 'models', id);
      const file = await readOnnxFile(new File([await readModelBlob(database, id)], record.name));
      await this.#unload();
      const session = await createSession(file, threads);
      this.#loaded = { record, session, annotator: createAnnotator(session) };
      return record;
    });
  }

  async annotate(
    text: string,
    onPart: (part: PartialReading) => void,
  ): Promise<TextReading | undefined> {
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const options = { signal: reading.signal, onPart };
    try {
      return await this.#latest.run(() =>
        this.#queue.run(() => whileTagging(() => this.#require().annotator.read(text, options))),
      );
    } catch (error) {
      if (reading.signal.aborted) return undefined;
      throw error;
    }
  }

  async writeAnnotation(text: string, format: AnnotationFormat): Promise<Blob> {
    const { entities, unreadable, words } = await this.#queue.run(() =>
      whileTagging(() => this.#require().annotator.annotate(text)),
    );
    return format === 'json'
      ? new Blob([formatAnnotationJson(text, entities, unreadable)], { type: 'application/json' })
      : new Blob([formatAnnotationColumns(text, words)], { type: 'text/plain' });
  }

  async annotateAll(texts: string[], report: ReportProgress): Promise<Annotation[]> {
    const annotations: Annotation[] = [];
    for (const text of texts) {
      annotations.push(
        await this.#queue.run(() => whileTagging(() => this.#require().annotator.annotate(text))),
      );
      report({ stage: 'Tagging', done: annotations.length, total: texts.length });
    }
    return annotations;
  }

  async evaluate(
    corpusId: CorpusId,
    split: SplitName,
    report: ReportProgress,
  ): Promise<ScoreReport> {
    const sentences: Sentence[] = [];
    for await (const chunk of readStoredSentences(await this.#database, corpusId, split))
      sentences.push(...chunk);
    const total = sentences.length;
    return this.#queue.run(() => {
      const { annotator, session } = this.#require();
      return scoreSentences(annotator, sentences, session.metadata.scheme, {
        onProgress: (done) => report({ stage: `Scoring ${split}`, done, total }),
      });
    });
  }

  release(): Promise<void> {
    this.#reading.abort();
    return this.#queue.run(() => this.#unload());
  }

  async #unload(): Promise<void> {
    const session = this.#loaded?.session;
    this.#loaded = undefined;
    await session?.release();
  }

  #require(): LoadedModel {
    if (!this.#loaded) throw new Error('No model is loaded; choose one, or drop a model file.');
    return this.#loaded;
  }
}

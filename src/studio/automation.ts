import { proxied } from '../protocol/connect';
import type { CorpusImport } from '../protocol/data-calls';
import type { Automation, Tell, TrainOrder, TrainOutcome } from '../protocol/automation';
import type { Progress, ReportProgress } from '../protocol/progress';
import { defaultRecipe } from '../protocol/run-defaults';
import type { RunEvent } from '../protocol/train-calls';
import { readModelBlob } from '../storage/models';
import type { CorpusRecord, EncoderRecord } from '../storage/records';
import { splitNames } from '../ner/sentence';
import { backendOfSearch } from './backend-choice';
import { bundledEncoder, bundledEncoderUrl } from './bundled-encoder';
import { countErrors } from './corpus.svelte';
import { formatScore } from './quantities';
import { reportFile } from './read-report';
import type { Studio } from './studio';

/** The studio's own calls, one after the other, for the command line and the curious. */
export function automate(studio: Studio): Automation {
  const { data, train, infer } = studio.workers;

  async function importFiles(
    files: Partial<Record<(typeof splitNames)[number], File[]>>,
    options: ReadOptions & { name: string },
    tell: Tell,
  ): Promise<CorpusRecord> {
    const { name, limit, dropErrors, format = {} } = options;
    const chosen = splitNames.flatMap((split) =>
      (files[split] ?? []).map((file) => ({ file, choice: { split, format } })),
    );
    const request = { name, files: chosen, dropErrors, ...(limit === undefined ? {} : { limit }) };
    const corpus = await importNamed(request, tell);
    const errors = countErrors(corpus);
    if (errors > 0 && !dropErrors) throw new Error(describeErrors(corpus, errors));
    return corpus;
  }

  /** Imports, and says with a refusal which options can answer it. */
  async function importNamed(request: CorpusImport, tell: Tell): Promise<CorpusRecord> {
    try {
      return await data.importCorpus(request, telling(tell));
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`${message}\n${wayOut}`, { cause: error });
    }
  }

  function obtainEncoder(encoder: string | File[], tell: Tell): Promise<EncoderRecord> {
    if (typeof encoder !== 'string') return data.importEncoder(encoder, 'encoder', telling(tell));
    if (encoder !== bundledEncoder.name) {
      throw new Error(
        `"${encoder}" is no bundled encoder; use ${bundledEncoder.name}, or a Hugging Face folder.`,
      );
    }
    return data.fetchBundledEncoder(encoder, bundledEncoderUrl(), telling(tell));
  }

  return {
    backend: () => train.describeBackend(backendOfSearch(location.search)),
    async train(order: TrainOrder, tell: Tell): Promise<TrainOutcome> {
      const name = order.files.train?.[0]?.name ?? 'corpus';
      const corpus = await importFiles(order.files, { ...order, name }, tell);
      const encoder = await obtainEncoder(order.encoder, tell);
      const recipe = { ...defaultRecipe, ...order.recipe };
      await data.packCorpus(corpus.id, encoder.id, recipe.maxPieces, telling(tell));
      const request = { name: 'Run', corpusId: corpus.id, encoderId: encoder.id, recipe };
      let run = await train.startRun(request, tellingRun(tell));
      const facts = withoutFiles(corpus);
      if (run.bestEpoch < 0) return { corpus: facts, run };
      if (corpus.statistics.test) run = await train.evaluateRun(run.id, telling(tell));
      return { corpus: facts, run, model: await train.exportRun(run.id, name, telling(tell)) };
    },
    async read(files, format, tell) {
      const chosen = files.map((file) => ({ file, choice: { format } }));
      const corpus = await importNamed({ name: 'files', files: chosen, dropErrors: true }, tell);
      return corpus.files.map(reportFile);
    },
    async useModel(file, tell) {
      const model = await infer.importModel(file, telling(tell));
      return infer.loadModel(model.id, navigator.hardwareConcurrency || 1);
    },
    async evaluate(files, options, tell) {
      const corpus = await importFiles({ test: files }, { ...options, name: 'evaluation' }, tell);
      return infer.evaluate(corpus.id, 'test', telling(tell));
    },
    predict: (texts) =>
      infer.annotateAll(
        texts,
        proxied(() => undefined),
      ),
    readModel: (id) => readModelBlob(studio.database, id),
  };
}

/** What may be said of a corpus on the command line. */
type ReadOptions = Pick<TrainOrder, 'limit' | 'dropErrors' | 'format'>;

const wayOut =
  'Say how it is to be read with --columns word,_,tag (one role a column), --separator, --file-scheme, --encoding, --outside, ' +
  '--type-name or --sentence-end; `read FILES…` shows what comes of it and trains nothing.';

/** Progress as lines: one a stage, and one each time another tenth of it is done. */
function telling(tell: Tell): ReportProgress {
  let told = '';
  return proxied(({ stage, done, total }: Progress) => {
    const tenths = total > 0 ? Math.floor((10 * done) / total) : 0;
    const line = total > 0 ? `${stage}: ${tenths * 10} %` : stage;
    if (line === told) return;
    told = line;
    tell(line);
  });
}

function tellingRun(tell: Tell): (event: RunEvent) => void {
  let told = 0;
  return proxied((event: RunEvent) => {
    if (event.kind === 'stage') tell(event.stage);
    if (event.kind === 'gpu-fault') tell(event.message);
    if (event.kind === 'evaluation') {
      tell(
        `epoch ${event.epoch}: entity F1 (conlleval) on dev ${formatScore(event.report.entity.f1)}`,
      );
    }
    if (event.kind !== 'step') return;
    const everyTwentieth = Math.floor((20 * event.step) / event.steps);
    if (everyTwentieth === told && event.step > 1) return;
    told = everyTwentieth;
    tell(
      `epoch ${event.epoch}, step ${event.step} of ${event.steps}: loss ${event.loss.toFixed(4)}, ${Math.round(event.piecesPerSecond)} pieces/s`,
    );
  });
}

/** A record without its files' bytes, which no caller wants sent. */
function withoutFiles(corpus: CorpusRecord): TrainOutcome['corpus'] {
  const facts: Partial<CorpusRecord> = { ...corpus };
  delete facts.files;
  return facts as TrainOutcome['corpus'];
}

function describeErrors(corpus: CorpusRecord, errors: number): string {
  const first = corpus.files
    .flatMap(({ findings }) => findings)
    .filter(({ level }) => level === 'error')
    .slice(0, 5)
    .map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  return `${errors} rows have errors; fix them or leave them out.\n${first.join('\n')}`;
}

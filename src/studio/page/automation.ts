import type { PassedOver } from '../../data/findings/passed-over';
import { proxied } from '../../protocol/connect';
import type { CorpusImport } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { Automation, Tell, TrainOrder, TrainOutcome } from '../../protocol/automation';
import type { Progress, ReportProgress } from '../../protocol/progress';
import { BUNDLED_ENCODERS, findBundledEncoder } from '../../recipe/bundled-encoders';
import { presetsFor } from '../../recipe/presets';
import type { RunEvent } from '../../protocol/train-calls';
import type { CorpusRecord, EncoderRecord, RunRecord } from '../../storage/records';
import { SPLIT_NAMES } from '../../ner/sentence';
import { backendOfSearch } from './backend-choice';
import { bundledEncoderUrl } from '../train/bundled-encoder';
import { offerOf } from '../train/encoder-offer';
import { countErrors, isUnreadable } from '../corpus/corpus.svelte';
import { describeChecksums } from '../share/checksum-words';
import { doubtsAbout } from '../corpus/corpus-doubts';
import { withPaths } from '../drop/dropped-folders';
import { openDrop, type OpenedDrop } from '../drop/open-drop';
import { describePassedOver } from '../drop/passed-over-words';
import { formatBytes, formatScore } from '../parts/quantities';
import { describeWhole } from '../parts/trouble';
import { reportFile } from './read-report';
import { reportEncoder } from './report-encoder';
import type { Studio } from './studio';

/** Makes the automation interface: the studio's own calls, one after the other, for the command line and for scripts. */
export function automate(studio: Studio): Automation {
  const { data, train, infer } = studio.workers;

  async function importFiles(
    files: TrainOrder['files'],
    options: ReadOptions & { name: string },
    tell: Tell,
  ): Promise<CorpusRecord> {
    const { name, limit, dropErrors, format = {} } = options;
    const chosen: CorpusImport['files'] = [];
    const passedOver: PassedOver[] = [];
    for (const split of [...SPLIT_NAMES, 'together'] as const) {
      const drop = await openDrop(withPaths(files[split] ?? []), data, telling(tell));
      assertCorpus(drop);
      const choice = split === 'together' ? { format } : { split, format };
      chosen.push(...drop.corpus.map((file) => ({ ...file, choice })));
      passedOver.push(...drop.passedOver);
    }
    if (chosen.length === 0 && passedOver.length > 0) {
      throw new Error(`No corpus was found. ${describePassedOver(passedOver)}`);
    }
    const request = {
      ...{ name, files: chosen, passedOver, dropErrors },
      ...(limit === undefined ? {} : { limit }),
    };
    const corpus = await importNamed(request, tell);
    if (corpus.passedOver) tell(describePassedOver(corpus.passedOver));
    const errors = countErrors(corpus);
    if (errors > 0 && !dropErrors) throw new Error(describeErrors(corpus, errors));
    return corpus;
  }

  /** Imports; a refusal also names the options that can answer it. */
  async function importNamed(request: CorpusImport, tell: Tell): Promise<CorpusRecord> {
    try {
      return await data.importCorpus(request, telling(tell));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      throw new Error(`${error.message}\n${WAY_OUT}`, { cause: error });
    }
  }

  async function obtainEncoder(encoder: TrainOrder['encoder'], tell: Tell): Promise<EncoderRecord> {
    if (typeof encoder !== 'string') {
      const taken = await data.importEncoder(withPaths(encoder), 'encoder', telling(tell));
      for (const doubt of taken.doubts ?? []) tell(doubt);
      return taken;
    }
    const bundled = findBundledEncoder(encoder);
    if (!bundled) {
      const names = BUNDLED_ENCODERS.map(({ name }) => name).join(' or ');
      throw new Error(
        `"${encoder}" is no bundled encoder; use ${names}, or a Hugging Face folder.`,
      );
    }
    return data.fetchBundledEncoder(encoder, bundledEncoderUrl(bundled), telling(tell));
  }

  return tellingWaysOut({
    backend: () => train.startBackend(backendOfSearch(location.search)),
    async train(order: TrainOrder, tell: Tell): Promise<TrainOutcome> {
      const first = withPaths(order.files.train ?? order.files.together ?? [])[0];
      const [folder, ...inside] = first?.path.split('/') ?? [];
      const name = (inside.length > 0 ? folder : first?.file.name) ?? 'corpus';
      const corpus = await importFiles(order.files, { ...order, name }, tell);
      const { obstacle, warning } = doubtsAbout(corpus);
      if (obstacle) throw new Error(obstacle);
      if (warning) tell(warning);
      const encoder = await obtainEncoder(order.encoder, tell);
      const preset = presetsFor(offerOf(encoder))[order.preset ?? 'thorough'];
      const recipe = { ...preset, ...order.recipe };
      await data.packCorpus(corpus.id, encoder.id, recipe.maxPieces, telling(tell));
      const request = { name: 'Run', corpusId: corpus.id, encoderId: encoder.id, recipe };
      // Nobody could continue this run, so it needs no room for a checkpoint.
      let run = await train.startRun(request, tellingRun(tell), { withoutRoom: true });
      const facts = withoutFiles(corpus);
      if (run.unstored) throw new Error(describeUnstored(run.unstored));
      if (run.bestEpoch < 0) return { corpus: facts, run };
      if (corpus.statistics.test) run = await train.evaluateRun(run.id, telling(tell));
      return { corpus: facts, run, model: await train.exportRun(run.id, name, telling(tell)) };
    },
    async describeEncoder(files, tell) {
      const encoder = await obtainEncoder(files, tell);
      return reportEncoder(encoder);
    },
    async read(files, format, tell) {
      const given = { together: files };
      const corpus = await importFiles(given, { name: 'files', dropErrors: true, format }, tell);
      assertAllRead(corpus);
      return corpus.files.map(reportFile);
    },
    async useModel(file, tell) {
      const model = await infer.importModel(file, telling(tell));
      if (!model.hasChecksums) tell(describeChecksums(model));
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
    lent: readLent,
    readModel: (id) => infer.readModelFile(id),
  });
}

/** Puts the way out of each failure behind its message: that is all of an error that reaches the command line. */
function tellingWaysOut(calls: Automation): Automation {
  const told = Object.entries(calls).map(
    ([name, call]: [string, (...values: never[]) => unknown]) => {
      const tellingCall = (...values: never[]) => {
        const result = call(...values);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw new Error(describeWhole(error), { cause: error });
        });
      };
      return [name, tellingCall];
    },
  );
  return Object.fromEntries(told) as Automation;
}

/** Options about a corpus on the command line. */
type ReadOptions = Pick<TrainOrder, 'limit' | 'dropErrors' | 'format'>;

const WAY_OUT =
  'Say how it is to be read with --columns word,_,tag (one role a column), --separator, --file-scheme, --encoding, --outside, ' +
  '--type-name or --sentence-end; `read FILES…` shows what comes of it and trains nothing.';

/** @throws where something else than a corpus was given. */
function assertCorpus({ refusal, encoders, models }: OpenedDrop): void {
  if (refusal) throw new Error(`${refusal.what} ${refusal.wayOut}`);
  const other = encoders[0]?.[0] ?? models[0];
  if (!other) return;
  const what = models.includes(other) ? 'a model' : 'part of an encoder';
  throw new Error(
    `${other.path} is ${what}, and column files were expected; give an encoder's folder with --encoder, and a model as the first argument of evaluate.`,
  );
}

/** Passes over files of a folder that are no corpus; a file that was named by itself is never passed over. @throws its refusal. */
function assertAllRead({ passedOver = [] }: CorpusRecord): void {
  const named = passedOver.find(({ path }) => !path.includes('/'));
  if (!named) return;
  throw new Error(
    `${named.detail ?? `${named.path}: ${named.reason}, and is no corpus.`}\n${WAY_OUT}`,
  );
}

/** Reads the files of a field with their paths, which the command line leaves beside it: a field's files have only names. */
function readLent(fieldId: string): DroppedFile[] {
  const field = document.getElementById(fieldId) as HTMLInputElement;
  const paths = JSON.parse(field.dataset['paths'] ?? '[]') as string[];
  return Array.from(field.files ?? [], (file, index) => ({
    path: paths[index] ?? file.name,
    file,
  }));
}

/** Makes a progress callback that tells one line a stage, and one for each further tenth of it. */
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
    if (event.kind === 'best-held') tell(`epoch ${event.epoch} is not stored yet: ${event.reason}`);
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

/** Copies a record without its files' bytes, which no caller wants sent. */
function withoutFiles(corpus: CorpusRecord): TrainOutcome['corpus'] {
  const facts: Partial<CorpusRecord> = { ...corpus };
  delete facts.files;
  return facts as TrainOutcome['corpus'];
}

function describeUnstored({ epoch, bytes }: NonNullable<RunRecord['unstored']>): string {
  return `Epoch ${epoch}, the best, could not be stored: the disk has no room for its weights (${formatBytes(bytes)}). Free some space and train again.`;
}

function describeErrors(corpus: CorpusRecord, errors: number): string {
  const first = corpus.files
    .flatMap(({ findings }) => findings)
    .filter(({ level }) => level === 'error')
    .slice(0, 5)
    .map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  return `${errors} rows have errors; fix them or leave them out.\n${first.join('\n')}`;
}

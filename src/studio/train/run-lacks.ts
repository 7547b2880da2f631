import type { RunSummary } from '../../storage/records';
import { joinWords } from '../parts/quantities';

type SourcedRun = Pick<
  RunSummary,
  | 'state'
  | ('corpusId' | 'corpusHash' | 'corpusName')
  | ('encoderId' | 'encoderHash' | 'encoderName')
>;

/** The parts of a run that were deleted. */
export interface RunLacks {
  /** Sentences that say what is gone and how it comes back; empty where nothing is. */
  sentence: string;
  /** Whether corpus and encoder are here, so that the run can go on or be scored anew. */
  isWhole: boolean;
}

/** A list of the page; it says nothing before it is ready. */
interface Listed {
  readonly ready: boolean;
  readonly list: readonly { id: string }[];
}

/** Finds what a run lacks among the corpora and encoders that are here. */
export function findRunLacks(run: SourcedRun, corpora: Listed, encoders: Listed): RunLacks {
  const hasCorpus = isHere(corpora, run.corpusId);
  const hasEncoder = isHere(encoders, run.encoderId);
  if (hasCorpus && hasEncoder) return { sentence: '', isWhole: true };
  const gone = [
    ...(hasCorpus ? [] : [nameOf('corpus', run.corpusName)]),
    ...(hasEncoder ? [] : [nameOf('encoder', run.encoderName)]),
  ];
  const were = `Its ${joinWords(gone)} ${gone.length === 1 ? 'was' : 'were'} deleted.`;
  return { sentence: `${were} ${wayBack(run, hasCorpus, hasEncoder)}`, isWhole: false };
}

function isHere({ ready, list }: Listed, wanted: string): boolean {
  return !ready || list.some(({ id }) => id === wanted);
}

function nameOf(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind} “${name}”`;
}

function wayBack(run: SourcedRun, hasCorpus: boolean, hasEncoder: boolean): string {
  const isUnknown =
    (!hasCorpus && run.corpusHash === undefined) || (!hasEncoder && run.encoderHash === undefined);
  if (isUnknown) {
    return 'An earlier version of this page kept nothing by which to know it again, so the run keeps its scores but cannot go on.';
  }
  const again = hasEncoder
    ? 'its files again, read in the same way,'
    : hasCorpus
      ? 'its folder again,'
      : 'the files of both again, the corpus read in the same way,';
  const isOver = ['finished', 'stopped', 'failed'].includes(run.state);
  return `Drop ${again} and the run can ${isOver ? 'be scored anew' : 'go on'}.`;
}

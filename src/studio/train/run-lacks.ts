import type { RunSummary } from '../../storage/records';
import { joinWords } from '../parts/quantities';

type SourcedRun = Pick<
  RunSummary,
  'corpusId' | 'corpusHash' | 'corpusName' | 'encoderId' | 'encoderHash' | 'encoderName'
>;

/** A list of the page; it says nothing before it is ready. */
interface Listed {
  readonly ready: boolean;
  readonly list: readonly { id: string }[];
}

/** Tells whether the corpus and the encoder of a run are here, so that it can go on or be scored anew. */
export function isRunWhole(run: SourcedRun, corpora: Listed, encoders: Listed): boolean {
  return isHere(corpora, run.corpusId) && isHere(encoders, run.encoderId);
}

/**
 * Says what of a run was deleted and how it comes back; empty where nothing was.
 *
 * @param isOver whether the run would only be scored anew then, and not go on
 */
export function describeRunLacks(
  run: SourcedRun,
  corpora: Listed,
  encoders: Listed,
  isOver: boolean,
): string {
  const hasCorpus = isHere(corpora, run.corpusId);
  const hasEncoder = isHere(encoders, run.encoderId);
  if (hasCorpus && hasEncoder) return '';
  const gone = [
    ...(hasCorpus ? [] : [nameOf('corpus', run.corpusName)]),
    ...(hasEncoder ? [] : [nameOf('encoder', run.encoderName)]),
  ];
  const were = `Its ${joinWords(gone)} ${gone.length === 1 ? 'was' : 'were'} deleted.`;
  const isUnknown =
    (!hasCorpus && run.corpusHash === undefined) || (!hasEncoder && run.encoderHash === undefined);
  if (isUnknown) {
    return `${were} An earlier version of this page kept nothing by which to know it again, so the run keeps its scores but cannot go on.`;
  }
  const again = hasEncoder
    ? 'its files again, read in the same way,'
    : hasCorpus
      ? 'its folder again,'
      : 'the files of both again, the corpus read in the same way,';
  return `${were} Drop ${again} and the run can ${isOver ? 'be scored anew' : 'go on'}.`;
}

function isHere({ ready, list }: Listed, wanted: string): boolean {
  return !ready || list.some(({ id }) => id === wanted);
}

function nameOf(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind} “${name}”`;
}

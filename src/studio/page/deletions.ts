import { foreseeDeletion } from '../../storage/foresee-deletion';
import { askAboutDeletion, describeObstacle, type DeletionQuestion } from '../parts/deletion-words';
import { describeTrouble } from '../parts/trouble';
import type { Studio } from './studio';

/** Looks up what the deletion of a corpus or an encoder would cost, and whether a run forbids it, at the moment of the question. */
export async function askBeforeDeletion(
  studio: Studio,
  store: 'corpora' | 'encoders',
  id: string,
): Promise<DeletionQuestion> {
  try {
    return await lookUp(studio, store, id);
  } catch (error) {
    return { loss: '', consequence: '', obstacle: describeTrouble(error).what };
  }
}

async function lookUp(
  { database, training }: Studio,
  store: 'corpora' | 'encoders',
  id: string,
): Promise<DeletionQuestion> {
  const { needingId, ...foreseen } = await foreseeDeletion(database, store, id);
  const question = askAboutDeletion(store, foreseen);
  const { live } = training;
  // A browser without Web Locks names no run, but this page knows its own.
  const isOwn = live !== undefined && [live.request.corpusId, live.request.encoderId].includes(id);
  if (needingId === undefined && !isOwn) return question;
  const run = isOwn ? live : training.runs.find((each) => each.id === needingId);
  return { ...question, obstacle: describeObstacle(store, run?.name ?? 'A run', isOwn) };
}

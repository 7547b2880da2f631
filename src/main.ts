import './browser/valid-language';
import { mount } from 'svelte';
import { openSettings } from './browser/settings';
import {
  connectDataWorker,
  connectInferWorker,
  connectTrainWorker,
  type WorkerNews,
} from './protocol/connect';
import { Failure } from './messages/failure';
import { moveBlobs } from './storage/corpora/corpus-files';
import { openDatabase } from './storage/database';
import { deleteDeadCheckpoints } from './storage/runs/dead-checkpoints';
import type { Database } from './storage/schema';
import { settleRuns } from './storage/runs/run-sources';
import { sweepLeftovers } from './storage/sweep';
import { Appearance } from './studio/page/appearance.svelte';
import { automate } from './studio/page/automation';
import { backendOfSearch } from './studio/page/backend-choice';
import { Studio } from './studio/page/studio';
import { explainUnforeseen } from './studio/parts/foreign-errors';
import App from './ui/App.svelte';
import StartFailure from './ui/page/StartFailure.svelte';
import './ui/styles/fonts.css';
import './ui/styles/page.css';
import './ui/styles/marks.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html: expected an element with id "app".');

try {
  const appearance = new Appearance(document.documentElement, openSettings());
  const opened: { studio?: Studio } = {};
  const fail = (reason: string) =>
    opened.studio?.status.fail(new Error(reason), 'What is stored stays where it is.');
  const hear = (news: WorkerNews) => {
    if (news.kind === 'failed') {
      const { what, wayOut } = explainUnforeseen(news.reason);
      opened.studio?.status.fail(new Failure(what, wayOut));
    } else opened.studio?.status.health.hear(news);
  };
  let lost: string | undefined;
  const database = await openDatabase('tagwerk', {
    onClosed: fail,
    onLost: (reason) => (lost = reason),
  });
  const studio = new Studio(
    {
      data: connectDataWorker(hear).calls,
      train: connectTrainWorker(hear).calls,
      infer: connectInferWorker(hear).calls,
    },
    database,
    window,
  );
  opened.studio = studio;
  if (lost !== undefined) {
    const next = 'Drop your files again; a model file that you downloaded opens as before.';
    studio.status.fail(new Error(lost), next);
  }
  studio.places.follow();
  studio.followVisibility(document);
  studio.stores.follow(database);
  studio.guardUnsaved(window);
  mount(App, { target, props: { studio, appearance } });
  Object.assign(globalThis, { tagwerk: automate(studio) });
  // The backend first: what trains or measures later takes the one that was chosen here.
  const backend = studio.status.startBackend(backendOfSearch(location.search));
  await studio.open();
  await backend;
  await tidyUp(database, studio);
} catch (error) {
  mount(StartFailure, { target, props: { error } });
}

/** Matches runs of an earlier build with what they were made of, moves what it stored, and removes what dead tabs left. The page works without. */
async function tidyUp(database: Database, { status }: Studio): Promise<void> {
  try {
    await settleRuns(database);
    await moveBlobs(database);
    await sweepLeftovers(database);
    status.tellGivenBack(await deleteDeadCheckpoints(database));
    await status.refresh();
  } catch (error) {
    status.fail(error, 'Nothing is lost: all is read as before, and the next start tries again.');
  }
}

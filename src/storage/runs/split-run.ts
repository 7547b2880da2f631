import type { RunDetails, RunId, RunRecord, RunSummary } from '../records';

/** The details of a run as they are stored. */
export type StoredRunDetails = RunDetails & { id: RunId };

/** Splits a run into what a list of runs shows and what grows with the run's steps and with dev. */
export function splitRun(run: RunRecord): { summary: RunSummary; details: StoredRunDetails } {
  const { losses, bestPredictions, pinned, keptEncoder, ...facts } = run;
  return {
    summary: { ...facts, stepsTaken: losses.length },
    details: {
      id: run.id,
      losses,
      ...(bestPredictions ? { bestPredictions } : {}),
      ...(pinned ? { pinned } : {}),
      ...(keptEncoder ? { keptEncoder } : {}),
    },
  };
}

/** Joins what `splitRun` has split. */
export function joinRun(summary: RunSummary, details: StoredRunDetails): RunRecord {
  const run: RunRecord & { stepsTaken?: number } = { ...summary, ...details };
  delete run.stepsTaken;
  return run;
}

import type { ReportProgress } from '../protocol/progress';
import type { Database } from '../storage/schema';

/** The storage that a job works on, and how the page follows and stops it. */
export interface JobContext {
  database: Database;
  /** Listener that hears where the job stands. */
  report: ReportProgress;
  /** Signal whose abort ends the job with an AbortError. */
  signal: AbortSignal;
}

/** The part of a context that work without storage needs. */
export type ProgressContext = Pick<JobContext, 'report' | 'signal'>;

/** Progress of long work; `total` is 0 while it is unknown. */
export interface Progress {
  stage: string;
  done: number;
  total: number;
}

export type ReportProgress = (progress: Progress) => void;

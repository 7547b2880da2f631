/** Codes that a process ends with, and what each means. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  unexpected: { code: 1, meaning: 'unexpected failure' },
  usage: { code: 2, meaning: 'the command line' },
  input: { code: 3, meaning: 'the input files' },
  diverged: { code: 4, meaning: 'training did not converge' },
  noBackend: { code: 5, meaning: 'no browser or backend to run on' },
} as const;

/** A dropped file that is no part of what was made of the drop. */
export interface PassedOver {
  /** The file's path as it was dropped. */
  path: string;
  /** Reason in a few words: `Markdown`, `hidden`. */
  reason: string;
  /** The whole refusal, where the file was tried and could not be read. */
  detail?: string;
}

/** A file that a person dropped or chose, with its path in what was dropped: `harbour/train/data.conll`. */
export interface DroppedFile {
  path: string;
  file: File;
}

/** A file with its name, or with its path in the folder. */
export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

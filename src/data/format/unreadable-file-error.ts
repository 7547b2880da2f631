/** Error of a file that no reader understands, or by another choice of its columns only; the message names the file and the way out. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

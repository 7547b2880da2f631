/** Kind of a file by its first bytes, and the way out for the person. */
export interface Signature {
  /** Noun with its article: `a PDF document`. */
  what: string;
  wayOut: string;
}

const UNPACK = 'Unpack it and drop what comes out; only .zip and .gz are opened here.';
const AS_TEXT = 'Save its rows as plain text with tabs between the columns, and drop that.';
const NOT_TEXT = 'Drop text files with a word and its tag in each row.';
const WEIGHTS =
  'Drop the folder of an encoder, such as BERT or RoBERTa: config.json, its tokenizer and model.safetensors.';

/** Signatures as Latin-1 text, the offset at which each stands, and the kind that it tells. */
const SIGNATURES: readonly [bytes: string, at: number, what: string, wayOut: string][] = [
  ['BZh', 0, 'a bzip2 archive', UNPACK],
  ['\xfd7zXZ', 0, 'an xz archive', UNPACK],
  ['\x28\xb5\x2f\xfd', 0, 'a Zstandard archive', UNPACK],
  ['7z\xbc\xaf', 0, 'a 7-Zip archive', UNPACK],
  ['Rar!', 0, 'a RAR archive', UNPACK],
  ['ustar', 257, 'a tar archive', UNPACK],
  ['%PDF-', 0, 'a PDF document', NOT_TEXT],
  ['{\\rtf', 0, 'an RTF document', AS_TEXT],
  ['\xd0\xcf\x11\xe0', 0, 'an Office document', AS_TEXT],
  ['\x89PNG', 0, 'an image', NOT_TEXT],
  ['\xff\xd8\xff', 0, 'an image', NOT_TEXT],
  ['GIF8', 0, 'an image', NOT_TEXT],
  ['II*\0', 0, 'an image', NOT_TEXT],
  ['ftyp', 4, 'a video', NOT_TEXT],
  ['RIFF', 0, 'an image, a sound or a video', NOT_TEXT],
  ['OggS', 0, 'a sound', NOT_TEXT],
  ['ID3', 0, 'a sound', NOT_TEXT],
  ['SQLite format 3', 0, 'a database', AS_TEXT],
  ['PAR1', 0, 'a Parquet table', AS_TEXT],
  ['ARROW1', 0, 'an Arrow table', AS_TEXT],
  ['\x89HDF', 0, 'an HDF5 file', WEIGHTS],
  ['GGUF', 0, 'a GGUF model', WEIGHTS],
  ['\x80\x02', 0, 'a Python pickle', WEIGHTS],
  ['\x80\x03', 0, 'a Python pickle', WEIGHTS],
  ['\x80\x04', 0, 'a Python pickle', AS_TEXT],
  ['\x80\x05', 0, 'a Python pickle', AS_TEXT],
  ['\x7fELF', 0, 'a program', NOT_TEXT],
  ['MZ\x90', 0, 'a program', NOT_TEXT],
  [
    'version https://git-lfs.github.com/spec/',
    0,
    'a Git LFS pointer, not the file itself',
    'Fetch the file itself with git lfs pull, or download it from its page.',
  ],
];

/** Tells a file's kind by its first bytes; undefined for text and for what nobody knows. */
export function signatureOf(start: Uint8Array): Signature | undefined {
  const text = String.fromCharCode(...start).replace(/^\xef\xbb\xbf/, '');
  if (isRow(text)) return undefined;
  const found = SIGNATURES.find(([bytes, at]) => text.startsWith(bytes, at));
  if (found) return { what: found[2], wayOut: found[3] };
  const page = /^\s*<(?:!doctype html|html[\s>])/i.test(text);
  if (page) {
    return {
      what: 'a web page',
      wayOut: 'Download the file itself: its page usually has a button for it.',
    };
  }
  return /^\s*<\?xml/i.test(text) ? { what: 'an XML document', wayOut: AS_TEXT } : undefined;
}

/** Tells whether the first line is text and ends in a tag: a corpus may begin with the word `<html>`, `RIFF` or `ID3`. */
function isRow(text: string): boolean {
  const line = text.trimStart().split(/[\r\n]/, 1)[0]!;
  return !line.includes('\0') && /[\t ,](?:[Oo]|[BIESLUMWbieslumw]-\S+)[\t ]*$/.test(line);
}

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** Tells whether the bytes begin a zip; Office documents and PyTorch weights are zips too. */
export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);
}

/** Kind of a file by its first bytes, and the way out for the person. */
export interface Signature {
  /** As a noun with its article: `a PDF document`. */
  what: string;
  wayOut: string;
}

const unpack = 'Unpack it and drop what comes out; only .zip and .gz are opened here.';
const asText = 'Save its rows as plain text with tabs between the columns, and drop that.';
const notText = 'Drop text files with a word and its tag in each row.';
const weights =
  'Drop the folder of a BERT encoder: config.json, its vocabulary and model.safetensors.';

/** First bytes as Latin-1 text, where they stand, and what they say. */
const SIGNATURES: readonly [bytes: string, at: number, what: string, wayOut: string][] = [
  ['BZh', 0, 'a bzip2 archive', unpack],
  ['\xfd7zXZ', 0, 'an xz archive', unpack],
  ['\x28\xb5\x2f\xfd', 0, 'a Zstandard archive', unpack],
  ['7z\xbc\xaf', 0, 'a 7-Zip archive', unpack],
  ['Rar!', 0, 'a RAR archive', unpack],
  ['ustar', 257, 'a tar archive', unpack],
  ['%PDF-', 0, 'a PDF document', notText],
  ['{\\rtf', 0, 'an RTF document', asText],
  ['\xd0\xcf\x11\xe0', 0, 'an Office document', asText],
  ['\x89PNG', 0, 'an image', notText],
  ['\xff\xd8\xff', 0, 'an image', notText],
  ['GIF8', 0, 'an image', notText],
  ['II*\0', 0, 'an image', notText],
  ['ftyp', 4, 'a video', notText],
  ['RIFF', 0, 'an image, a sound or a video', notText],
  ['OggS', 0, 'a sound', notText],
  ['ID3', 0, 'a sound', notText],
  ['SQLite format 3', 0, 'a database', asText],
  ['PAR1', 0, 'a Parquet table', asText],
  ['ARROW1', 0, 'an Arrow table', asText],
  ['\x89HDF', 0, 'an HDF5 file', weights],
  ['GGUF', 0, 'a GGUF model', weights],
  ['\x80\x02', 0, 'a Python pickle', weights],
  ['\x80\x03', 0, 'a Python pickle', weights],
  ['\x80\x04', 0, 'a Python pickle', asText],
  ['\x80\x05', 0, 'a Python pickle', asText],
  ['\x7fELF', 0, 'a program', notText],
  ['MZ\x90', 0, 'a program', notText],
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
  return /^\s*<\?xml/i.test(text) ? { what: 'an XML document', wayOut: asText } : undefined;
}

/** True where the first line is text and ends in a tag: a corpus may begin with the word `<html>`, `RIFF` or `ID3`. */
function isRow(text: string): boolean {
  const line = text.trimStart().split(/[\r\n]/, 1)[0]!;
  return !line.includes('\0') && /[\t ,](?:[Oo]|[BIESLUMWbieslumw]-\S+)[\t ]*$/.test(line);
}

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** Also true of Office documents and PyTorch weights, which are zips inside. */
export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);
}

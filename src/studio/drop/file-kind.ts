import type { DroppedFile } from '../../protocol/dropped-file';
import { isGzip, isZip, signatureOf } from './file-signatures';

/** Kind of a dropped file, judged by its name and its first bytes. */
export type FileKind =
  | { is: 'archive' }
  | { is: 'model' }
  /** A file that makes its folder an encoder's: the configuration or the weights. */
  | { is: 'encoder' }
  /** A file that only an encoder has, and that does not make one. */
  | { is: 'tokenizer' }
  /** Text: perhaps a corpus, which its reader decides. */
  | { is: 'text' }
  /** A file of no use here. `sure`: its content says so, not only its name. */
  | { is: 'other'; what: string; wayOut: string; sure: boolean };

/** Bytes that tell a file's kind. */
const START_BYTES = 4096;

const ENCODER_FILE =
  /\.safetensors$|\.safetensors\.index\.json$|^(?:pytorch_model|adapter_model).*\.bin$|^tf_model\.h5$|^flax_model\.msgpack$|\.ckpt(?:\.|$)|\.gguf$/i;
const CONFIGURATION = /^(?:bert_)?config\.json$/i;
const TOKENIZER_FILE =
  /^(?:vocab\.txt|vocab\.json|merges\.txt|tokenizer\.json|tokenizer_config\.json|special_tokens_map\.json|added_tokens\.json|.*(?:spiece|sentencepiece|spm).*\.model)$/i;

/** Names of files that often lie beside a corpus, with what they are. */
const BY_NAME: readonly [name: RegExp, what: string][] = [
  [/~$|\.(?:bak|orig|swp|tmp)$/i, 'a backup copy'],
  [/\.(?:md|markdown|rst)$/i, 'Markdown, no columns'],
  [/^read_?me\b/i, 'a readme'],
  [
    /^(?:licen[cs]e|copying|notice|citation|authors|contributors|changelog)\b/i,
    'a licence or notice',
  ],
  [
    /\.(?:py|ipynb|sh|bat|ps1|js|ts|pl|rb|java|c|cpp|h|r|jl|go)$|^(?:makefile|dockerfile)$/i,
    'code',
  ],
  [/\.(?:ya?ml|toml|ini|cfg|lock|log|css|bib|tex)$/i, 'settings or notes'],
  [/\.(?:png|jpe?g|gif|svg|webp|bmp|ico|tiff?)$/i, 'an image'],
  [/\.(?:md5|sha\d+|asc|sig|crc)$/i, 'a checksum'],
];
const LABEL_LIST =
  /^(?:labels?|tags?|tag_?set|classes|label_?(?:list|map)|entities)\.(?:txt|lst)$/i;
const OFFICE = /\.(?:docx|xlsx|pptx|odt|ods|odp|epub)$/i;
const PYTORCH = /\.(?:bin|pt|pth|npz)$/i;

const ROWS = 'Drop text files with a word and its tag in each row.';
const WHOLE_ENCODER =
  'Drop the folder of an encoder, such as BERT or RoBERTa: config.json, its tokenizer and model.safetensors.';

/** Reads the start of a file and judges it. */
export async function kindOfFile({ path, file }: DroppedFile): Promise<FileKind> {
  const name = path.slice(path.lastIndexOf('/', path.length - 2) + 1);
  const other = (what: string, wayOut = ROWS, sure = true): FileKind => ({
    ...{ is: 'other', what, wayOut, sure },
  });
  if (hiddenPart(path) !== undefined) return other('hidden', ROWS, false);
  if (/\.onnx$/i.test(name)) return { is: 'model' };
  if (ENCODER_FILE.test(name)) return { is: 'encoder' };
  const start = new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer());
  const text = new TextDecoder().decode(start);
  if (CONFIGURATION.test(name)) {
    const isEncoders = /"(?:model_type|architectures|hidden_size|vocab_size)"/.test(text);
    return { is: isEncoders ? 'encoder' : 'text' };
  }
  if (TOKENIZER_FILE.test(name)) return { is: 'tokenizer' };
  if (file.size === 0) return other('empty', 'Get the file again; this one has no bytes.', false);
  if (isGzip(start)) return { is: 'archive' };
  if (isZip(start)) {
    if (OFFICE.test(name)) return other('an Office document', SAVE_ROWS);
    return PYTORCH.test(name) ? other('PyTorch weights', WHOLE_ENCODER) : { is: 'archive' };
  }
  const signature = signatureOf(start);
  if (signature) return other(signature.what, signature.wayOut);
  const named = BY_NAME.find(([pattern]) => pattern.test(name));
  if (named) return other(named[1], ROWS, false);
  if (LABEL_LIST.test(name) && isList(text)) return other('a list of labels', ROWS, false);
  return { is: 'text' };
}

const SAVE_ROWS = 'Save its rows as plain text with tabs between the columns, and drop that.';

/** Tells whether systems and tools hide a file of this name: `.DS_Store`, `__MACOSX`, `Thumbs.db`. */
export function isHiddenName(name: string): boolean {
  return /^\.|^(?:__MACOSX|__pycache__|node_modules|Thumbs\.db|desktop\.ini)$/i.test(name);
}

/** Gives the path up to its first hidden part; undefined if no part is hidden. */
export function hiddenPart(path: string): string | undefined {
  const parts = path.split('/');
  const at = parts.findIndex(isHiddenName);
  if (at < 0) return undefined;
  return at === parts.length - 1 ? path : `${parts.slice(0, at + 1).join('/')}/`;
}

/** Tells whether a text is a list: one word a line, and no empty line that would end a sentence. */
function isList(text: string): boolean {
  return text
    .trim()
    .split(/\r?\n/)
    .every((line) => /^\S+$/.test(line.trim()));
}

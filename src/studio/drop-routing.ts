/** What dropped files are, judged by their names: a model, an encoder's folder, or corpus files. */
export interface DroppedFiles {
  models: File[];
  encoder: File[];
  corpus: File[];
}

const encoderFileNames = new Set([
  'config.json',
  'vocab.txt',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
]);

/**
 * Sorts dropped files. An encoder is recognised by its `.safetensors` or `config.json`; then every file that a Hugging Face folder may hold
 * belongs to it, and what is of no use (README.md, other weights) is left aside.
 */
export function sortDroppedFiles(files: readonly File[]): DroppedFiles {
  const models = files.filter(({ name }) => name.toLowerCase().endsWith('.onnx'));
  const isEncoderFile = ({ name }: File) =>
    name.endsWith('.safetensors') || encoderFileNames.has(name.toLowerCase());
  const isEncoder = files.some(
    ({ name }) => name.endsWith('.safetensors') || name.toLowerCase() === 'config.json',
  );
  if (isEncoder) return { models: [], encoder: files.filter(isEncoderFile), corpus: [] };
  return {
    models,
    encoder: [],
    corpus: files.filter((file) => !models.includes(file) && !isHidden(file)),
  };
}

function isHidden({ name }: File): boolean {
  return name.startsWith('.');
}

/** A name for what a person dropped: the folder's, else what the file names share, else the first name. */
export function nameOfFiles(files: readonly File[]): string {
  const folder = files[0]?.webkitRelativePath.split('/')[0];
  if (folder) return folder;
  const stems = files.map(({ name }) => name.replace(/\.[^.]+$/, ''));
  const first = stems[0] ?? 'corpus';
  let shared = first.length;
  for (const stem of stems) while (!stem.startsWith(first.slice(0, shared))) shared -= 1;
  const candidates = [first.slice(0, shared), first].map((name) =>
    name.replace(/[-_. ]*(?:train|dev|valid|validation|test)?[-_. ]*$/i, ''),
  );
  return candidates.find((name) => name.length >= 2) ?? first;
}

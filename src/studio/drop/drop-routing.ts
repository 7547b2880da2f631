import type { PassedOver } from '../../data/findings/passed-over';
import type { DroppedFile } from '../../protocol/dropped-file';
import { hiddenPart, kindOfFile, type FileKind } from './file-kind';

/** Dropped files sorted by kind. */
export interface SortedDrop {
  /** ONNX files, ours or not. */
  models: DroppedFile[];
  /** Folders of encoders, each with all of its files: what is missing or foreign in one is for its reader to name. */
  encoders: DroppedFile[][];
  /** Text files, each perhaps a corpus. */
  corpus: DroppedFile[];
  archives: DroppedFile[];
  passedOver: PassedOver[];
  /** The only file of the drop, where it is of no use here. */
  refusal?: { what: string; wayOut: string };
}

interface Judged {
  dropped: DroppedFile;
  kind: FileKind;
}

/** Names of corpus files. Beside an encoder's files, only a file of such a name counts as a corpus. */
const CORPUS_NAME =
  /\.(?:conll\w*|iob\w*|bio\w*)$|^(?:train|training|dev|devel|valid|validation|val|test)\.(?:txt|tsv|csv)$/i;
const SPLIT_NAME = /^(?:train|dev|devel|valid|validation|val|test)\b/i;

/** Sorts what was dropped, by names and by the first bytes of each file. */
export async function sortDrop(files: readonly DroppedFile[]): Promise<SortedDrop> {
  const judged: Judged[] = [];
  for (const dropped of files) judged.push({ dropped, kind: await kindOfFile(dropped) });
  const sorted: SortedDrop = {
    ...{ models: [], encoders: [], corpus: [], archives: [], passedOver: [] },
  };
  const only = judged.length === 1 ? judged[0] : undefined;
  if (only?.kind.is === 'other') {
    // A name alone is no proof: the person has chosen this very file.
    if (only.kind.sure || only.dropped.file.size === 0) sorted.refusal = refuse(only);
    else sorted.corpus.push(only.dropped);
    return sorted;
  }
  const folders = encoderFolders(judged);
  const byFolder = new Map(folders.map((folder) => [folder, [] as DroppedFile[]]));
  for (const { dropped, kind } of judged) {
    const { path, file } = dropped;
    const folder = folders.find((each) => path.startsWith(each));
    const isCorpus = kind.is === 'text' && CORPUS_NAME.test(baseName(path));
    if (
      folder !== undefined &&
      !isCorpus &&
      kind.is !== 'archive' &&
      hiddenPart(path) === undefined
    ) {
      byFolder.get(folder)!.push(dropped);
    } else if (kind.is === 'model') sorted.models.push(dropped);
    else if (kind.is === 'archive') sorted.archives.push(dropped);
    else if (kind.is === 'text') sorted.corpus.push(dropped);
    else if (kind.is === 'other') {
      // An empty dev.tsv is meant to be read: its reader refuses it by name.
      if (file.size === 0 && SPLIT_NAME.test(baseName(path))) sorted.corpus.push(dropped);
      else passOver(sorted.passedOver, hiddenPart(path) ?? path, kind.what);
    } else passOver(sorted.passedOver, path, 'a part of an encoder');
  }
  sorted.encoders = [...byFolder.values()];
  if (sorted.models.length > 0) sorted.corpus = withoutJson(sorted);
  return sorted;
}

/** Finds the outermost folders with a configuration or weights; if there are none, and no other files, the folders with a tokenizer. */
function encoderFolders(judged: readonly Judged[]): string[] {
  const foldersOf = (is: FileKind['is']) => [
    ...new Set(
      judged.filter(({ kind }) => kind.is === is).map(({ dropped }) => folderOf(dropped.path)),
    ),
  ];
  const hasOthers = judged.some(({ kind }) => kind.is === 'text' || kind.is === 'model');
  const found = foldersOf('encoder');
  const folders = found.length > 0 || hasOthers ? found : foldersOf('tokenizer');
  return folders.filter(
    (folder) => !folders.some((other) => other !== folder && folder.startsWith(other)),
  );
}

/** Passes over JSON beside a model: settings and measurements. */
function withoutJson({ corpus, passedOver }: SortedDrop): DroppedFile[] {
  const isJson = ({ path }: DroppedFile) => /\.json$/i.test(path);
  for (const { path } of corpus.filter(isJson)) passOver(passedOver, path, 'JSON beside a model');
  return corpus.filter((file) => !isJson(file));
}

function passOver(passedOver: PassedOver[], path: string, reason: string): void {
  if (!passedOver.some((each) => each.path === path)) passedOver.push({ path, reason });
}

function refuse({ dropped, kind }: Judged): { what: string; wayOut: string } {
  if (kind.is !== 'other') throw new TypeError(`${dropped.path} is of use`);
  return { what: `${dropped.path} is ${kind.what}.`, wayOut: kind.wayOut };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Names a drop after its folder, else after what the file names share, else after the first file. */
export function nameOfFiles(files: readonly DroppedFile[]): string {
  const root = files[0]?.path.includes('/') ? files[0].path.split('/')[0]! : '';
  if (root && files.every(({ path }) => path.startsWith(`${root}/`))) return root;
  const stems = files.map(({ path }) => stemOf(baseName(path)));
  const first = stems[0] ?? 'corpus';
  let shared = first.length;
  for (const stem of stems) while (!stem.startsWith(first.slice(0, shared))) shared -= 1;
  const candidates = [first.slice(0, shared), first].map((name) =>
    name.replace(/[-_. ]*(?:train|dev|valid|validation|test)?[-_. ]*$/i, ''),
  );
  return candidates.find((name) => name.length >= 2) ?? first;
}

export function stemOf(name: string): string {
  return name.replace(/\.[^.]+$/, '');
}

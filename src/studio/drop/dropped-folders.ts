import { Failure } from '../../messages/failure';
import type { DroppedFile } from '../../protocol/dropped-file';
import { isHiddenName } from './file-kind';

/** Limit of files in a drop: no corpus or encoder has more. */
const MOST_FILES = 5000;

/** Gives each chosen file its path: within its folder if a folder was chosen, else its name. */
export function withPaths(files: Iterable<File | DroppedFile>): DroppedFile[] {
  return Array.from(files, (file) =>
    file instanceof File ? { path: file.webkitRelativePath || file.name, file } : file,
  );
}

/**
 * Collects every file of a drop, with folders opened as deep as they go; a hidden folder stands for everything in it. Must be called while
 * the drop event is handled: its items are gone afterwards.
 *
 * @throws if there are more files than any corpus or encoder has.
 */
export async function filesOfDrop(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  if (!entries.some((entry) => entry?.isDirectory)) return withPaths(transfer.files);
  const files: DroppedFile[] = [];
  for (const entry of entries) if (entry) await addEntry(entry, files);
  return files;
}

async function addEntry(entry: FileSystemEntry, files: DroppedFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isFile(entry)) {
    if (files.length >= MOST_FILES) {
      throw new Error(
        `More than ${MOST_FILES} files were dropped; drop the folder of one corpus or one encoder.`,
      );
    }
    const file = await opened<File>(path, (resolve, reject) => entry.file(resolve, reject));
    files.push({ path, file });
    return;
  }
  if (!isDirectory(entry)) return;
  if (isHiddenName(entry.name)) {
    files.push({ path: `${path}/`, file: new File([], entry.name) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A directory is read in portions; an empty one is the end.
    const portion = await opened<FileSystemEntry[]>(path, (resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return;
    for (const child of portion) await addEntry(child, files);
  }
}

/** Opens a part of a drop. @throws Failure where the browser cannot read it. */
async function opened<Part>(
  path: string,
  open: (resolve: (part: Part) => void, reject: (error: DOMException) => void) => void,
): Promise<Part> {
  try {
    return await new Promise<Part>(open);
  } catch (error) {
    throw new Failure(
      `${path}: the browser cannot read it where it was dropped (${(error as Error).message}).`,
      'Choose the files with the button instead.',
      { cause: error },
    );
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

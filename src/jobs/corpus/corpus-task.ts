import type { PassedOver } from '../../data/findings/passed-over';
import type { CorpusFix } from '../../data/fixes/fix-rule';
import type { ByteSource } from '../../data/format/byte-source';
import type { ImportChoice } from '../../protocol/data-calls';
import type { CorpusRecord } from '../../storage/records';
import type { FileReading } from './corpus-text';

/** A file to read, and what the person decided about it. */
export interface CorpusSource {
  name: string;
  blob: ByteSource;
  choice: ImportChoice;
  /** Format that it was read with before; it is read so again, and nothing is detected. */
  known?: FileReading;
}

/** Files that become a corpus. */
export interface CorpusTask {
  name: string;
  sources: readonly CorpusSource[];
  /** Sentences that are read of each split, from its start; undefined reads all. */
  limit?: number | undefined;
  /** True once the person accepts that rows with errors are left out. */
  dropErrors: boolean;
  /** Fixes made before, which lie over the files; the files stay as they are. */
  fixes?: readonly CorpusFix[];
  /** Corpus whose text is read anew; undefined makes a new one. */
  replaces?: Pick<CorpusRecord, 'id' | 'createdAt'>;
  /** Files of the drop that were left aside before, each with its reason. */
  passedOver?: readonly PassedOver[];
}

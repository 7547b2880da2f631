import type { LineReader } from '../../data/read/line-reader';
import { CorpusHash } from '../../data/corpus/corpus-hash';
import type { LocatedSentence } from '../../data/read/located-sentence';
import { SplitCounter } from '../../data/statistics/corpus-statistics';
import { SPLIT_NAMES, type SplitName } from '../../ner/sentence';
import type { CorpusWriter } from '../../storage/corpora/corpus-writer';
import type { ReadableFile } from '../../storage/corpora/corpus-files';
import type { CorpusRecord } from '../../storage/records';
import type { TextFile } from './corpus-text';

/** Appends sentences to their splits, and counts and hashes what it appended. */
export class SplitSink {
  readonly hash = new CorpusHash();
  readonly sources: NonNullable<CorpusRecord['sources']> = {};
  readonly #writer: CorpusWriter;
  readonly #counters = new Map<SplitName, SplitCounter>();
  readonly #files: SplitCounter[];

  constructor(writer: CorpusWriter, files: number) {
    this.#writer = writer;
    this.#files = Array.from({ length: files }, () => new SplitCounter());
  }

  async append(placed: readonly LocatedSentence[]): Promise<void> {
    for (const split of SPLIT_NAMES) {
      const own = placed.filter((each) => each.split === split);
      if (own.length === 0) continue;
      let counter = this.#counters.get(split);
      if (!counter) this.#counters.set(split, (counter = new SplitCounter()));
      for (const { file, sentence } of own) {
        counter.add(sentence);
        this.hash.add(split, sentence);
        this.#files[file]!.add(sentence);
        this.#noteSource(split, file);
      }
      await this.#writer.append(
        split,
        own.map(({ sentence }) => sentence),
      );
    }
  }

  #noteSource(split: SplitName, file: number): void {
    const runs = (this.sources[split] ??= []);
    const last = runs.at(-1);
    if (last?.file === file) last.sentences++;
    else runs.push({ file, sentences: 1 });
  }

  statistics(): CorpusRecord['statistics'] {
    const statistics: CorpusRecord['statistics'] = {};
    for (const split of SPLIT_NAMES) {
      const counter = this.#counters.get(split);
      if (counter) statistics[split] = counter.statistics();
    }
    return statistics;
  }

  fileOf(index: number, file: TextFile, { findings }: LineReader): ReadableFile {
    const { name, split, blob, detected, format, choice } = file;
    const { sentences, documents, words, entitiesByLabel } = this.#files[index]!.statistics();
    return {
      name,
      split,
      bytes: blob.size,
      source: blob,
      detected,
      format,
      ...(choice ? { choice } : {}),
      sentences,
      documents,
      words,
      entities: entitiesByLabel,
      errors: findings.errors,
      warnings: findings.warnings,
      notes: findings.notes,
      findings: findings.kept(),
    };
  }
}

import {
  loadCheckpoint,
  saveCheckpoint,
  type LoadedCheckpoint,
} from '../../src/storage/runs/checkpoints';
import { deleteCorpus, listCorpora, readStoredSentences } from '../../src/storage/corpora/corpora';
import { writeCorpus } from '../../src/storage/corpora/corpus-writer';
import { openDatabase } from '../../src/storage/database';
import { addRun } from '../../src/storage/runs/runs';
import { SHARD_BYTES } from '../../src/storage/shards/shards';
import { sweepLeftovers } from '../../src/storage/sweep';
import { sameBytes, seededBytes, someCorpus, someRun, someSentences } from './samples';

/** Two shards, so that a kill can fall between them. */
const CHECKPOINT_BYTES = SHARD_BYTES + 4_000_000;
const CORPUS_SENTENCES = 5000;

declare global {
  /** Hears of every checkpoint and corpus that was stored, before the next is begun. */
  function acknowledge(what: 'checkpoint' | 'corpus', number: number): Promise<void>;
}

/** Calls of the kill test to a page; each page opens the database of the profile. */
export const durabilityPage = {
  async prepare(): Promise<void> {
    const database = await openDatabase();
    await addRun(database, someRun('run'));
    database.close();
  },

  async save(step: number, bytes = CHECKPOINT_BYTES): Promise<string> {
    const database = await openDatabase();
    const fields = {
      key: { runId: 'run', slot: 'latest' as const },
      epoch: 0,
      step,
      devEntityF1: 0,
      bytes,
    };
    try {
      await saveCheckpoint(database, fields, [seededBytes(bytes, step)]);
      return 'saved';
    } catch (error) {
      return String(error);
    } finally {
      database.close();
    }
  },

  /**
   * Saves checkpoints and corpora until the browser dies, side by side: two writing transactions open at the death of a browser once
   * made Chrome delete everything.
   */
  async writeForever(first: number): Promise<void> {
    const database = await openDatabase();
    const checkpoints = async () => {
      for (let step = first; ; step++) {
        const outcome = await this.save(step);
        if (outcome !== 'saved') throw new Error(outcome);
        await acknowledge('checkpoint', step);
      }
    };
    const corpora = async () => {
      for (let number = first; ; number++) {
        await writeCorpus(database, async (writer) => {
          await writer.append('train', someSentences(CORPUS_SENTENCES, number));
          return someCorpus(writer.id, { train: CORPUS_SENTENCES }, `${number}`);
        });
        await acknowledge('corpus', number);
      }
    };
    await Promise.all([checkpoints(), corpora()]);
  },

  /** Everything that is wrong with what is stored, and how far it got; only the newest corpus is left. */
  async inspect(): Promise<{ step: number; corpus: number; faults: string[] }> {
    const database = await openDatabase();
    const faults: string[] = [];
    const report = (fault: string) => faults.push(fault);

    const loaded = await loadCheckpoint(database, 'run', 'latest');
    if (loaded) checkCheckpoint(loaded, report);

    const corpora = await listCorpora(database);
    for (const { id, name } of corpora) {
      const found = [];
      for await (const chunk of readStoredSentences(database, id, 'train')) found.push(...chunk);
      const expected = someSentences(CORPUS_SENTENCES, Number(name));
      if (JSON.stringify(found) !== JSON.stringify(expected))
        report(`corpus ${name} is not what was written`);
    }

    // They have been looked at; more would be read in each round.
    const newest = Math.max(0, ...corpora.map(({ name }) => Number(name)));
    for (const { id, name } of corpora) if (Number(name) < newest) await deleteCorpus(database, id);

    await sweepLeftovers(database);
    const headers = await database.getAll('checkpoints');
    const named = headers.reduce((shards, { shardHashes }) => shards + shardHashes.length, 0);
    const stored = await database.count('shards');
    if (stored !== named) report(`${stored} shards are stored, but ${named} are named`);
    const chunks = await database.count('sentences');
    const namedChunks = Math.min(1, corpora.length) * Math.ceil(CORPUS_SENTENCES / 2000);
    if (chunks !== namedChunks) report(`${chunks} chunks are stored, but ${namedChunks} are named`);
    database.close();
    return {
      step: loaded?.header.step ?? 0,
      corpus: newest,
      faults,
    };
  },
};

function checkCheckpoint(
  { header, data, fellBack }: LoadedCheckpoint,
  report: (fault: string) => void,
): void {
  if (fellBack) report('a header stood over a damaged checkpoint');
  if (!sameBytes(data, seededBytes(header.bytes, header.step))) {
    report(`checkpoint ${header.step} is not what was written`);
  }
}

Object.assign(globalThis, { durabilityPage });

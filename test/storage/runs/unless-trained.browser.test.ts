import { expect, onTestFinished, test } from 'vitest';
import { deleteCorpus, findCorpus } from '../../../src/storage/corpora/corpora';
import { writeCorpus } from '../../../src/storage/corpora/corpus-writer';
import { deleteEncoder, findEncoder, saveEncoder } from '../../../src/storage/encoders';
import { addRun, deleteRun, findRun } from '../../../src/storage/runs/runs';
import { whileTheOnlyTrainer } from '../../../src/storage/runs/trainer-lock';
import type { Database } from '../../../src/storage/schema';
import { madeEncoder } from '../../ui/made-studio';
import { openFresh } from '../fresh-database';
import { someCorpus, someRun, someSentences } from '../samples';

async function storeCorpus(database: Database, text: string): Promise<string> {
  const corpus = await writeCorpus(database, async (writer) => {
    await writer.append('train', someSentences(1));
    return someCorpus(writer.id, { train: 1 }, text);
  });
  return corpus.id;
}

/** Trains a run, as another tab would. Resolves to what ends it. */
async function train(database: Database, id: string, uses?: string[]): Promise<() => void> {
  let end: () => void = () => undefined;
  onTestFinished(() => end());
  await new Promise<void>((begun) => {
    const training = () => {
      begun();
      return new Promise<void>((resolve) => (end = resolve));
    };
    void whileTheOnlyTrainer(database, id, training, uses);
  });
  return end;
}

async function stock() {
  const database = await openFresh();
  const corpusId = await storeCorpus(database, 'x');
  const encoder = madeEncoder('tiny');
  await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
  const run = { ...someRun('run', 'Run 1'), corpusId, encoderId: encoder.id };
  return { database, corpusId, encoderId: encoder.id, run };
}

test('what a run trains with is not deleted, nor the run, until it has ended; all else is', async () => {
  const { database, corpusId, encoderId, run } = await stock();
  await addRun(database, run);
  await addRun(database, someRun('other'));
  const end = await train(database, 'run', [corpusId, encoderId]);

  await expect(deleteRun(database, 'run')).rejects.toThrow(
    /^Run 1 is training, in this window or another one of this browser; stop it there/u,
  );
  await expect(deleteCorpus(database, corpusId)).rejects.toThrow('is training on this corpus');
  await expect(deleteEncoder(database, encoderId)).rejects.toThrow('is fine-tuning this encoder');
  expect(await findRun(database, 'run')).toBeDefined();
  expect(await findCorpus(database, corpusId)).toBeDefined();
  expect(await findEncoder(database, encoderId)).toBeDefined();

  const unneeded = await storeCorpus(database, 'y');
  await deleteCorpus(database, unneeded);
  await deleteRun(database, 'other');
  expect([await findCorpus(database, unneeded), await findRun(database, 'other')]).toEqual([
    ...[undefined, undefined],
  ]);

  end();
  await expect.poll(() => deleteRun(database, 'run').then(() => 'deleted')).toBe('deleted');
  await deleteCorpus(database, corpusId);
  await deleteEncoder(database, encoderId);
});

test('a run that has not stored its record yet keeps its corpus; an older page names only the run', async () => {
  const { database, corpusId, encoderId, run } = await stock();
  const end = await train(database, 'unstored', [corpusId, encoderId]);
  await expect(deleteCorpus(database, corpusId)).rejects.toThrow('A run is training on this');
  end();
  await addRun(database, run);
  await train(database, 'run');
  await expect(deleteEncoder(database, encoderId)).rejects.toThrow('Run 1 is fine-tuning');
});

test('no run begins while something is deleted', async () => {
  const { database, corpusId } = await stock();
  const deletion = deleteCorpus(database, corpusId);
  const seen = await whileTheOnlyTrainer(database, 'run', () => findCorpus(database, corpusId));
  expect(seen).toBeUndefined();
  await deletion;
});

import { expect, test } from 'vitest';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { InferService } from '../../../src/jobs/services/infer-service';
import { listModels, readModelBlob, renameModel } from '../../../src/storage/models';
import { fileNameOf } from '../../../src/studio/share/sharing.svelte';
import { letterTaggerFile } from '../../infer/letter-tagger';
import { openFresh } from '../../storage/fresh-database';

const noReport = () => undefined;

test("a model's new name travels in its file, and what is stored stays as it came", async () => {
  const database = await openFresh();
  const infer = new InferService(Promise.resolve(database));
  const dropped = await letterTaggerFile();
  const { id, name, hasChecksums } = await infer.importModel(dropped, noReport);
  expect(dropped.name).toBe('letters.onnx');
  expect(name).toBe('Köln 🙂'); // the card's, whatever the file is called
  expect(hasChecksums).toBe(true);

  await renameModel(database, id, ' Köln, second try ');
  const [renamed] = await listModels(database);
  expect(fileNameOf(renamed!)).toBe('köln-second-try.onnx');
  const file = await infer.readModelFile(id);
  const { metadata } = await readOnnxFile(file);
  expect(metadata.card.name).toBe('Köln, second try');
  const stored = await (await readModelBlob(database, id)).arrayBuffer();
  expect(new Uint8Array(stored)).toEqual(new Uint8Array(await dropped.arrayBuffer()));

  // A colleague drops it under any name.
  const colleague = new InferService(Promise.resolve(await openFresh()));
  const taken = await colleague.importModel(new File([file], 'download (3).onnx'), noReport);
  expect(taken.name).toBe('Köln, second try');
});

test('a name that no card can hold is refused before it is stored', async () => {
  const database = await openFresh();
  const infer = new InferService(Promise.resolve(database));
  const { id, name } = await infer.importModel(await letterTaggerFile(), noReport);
  await expect(renameModel(database, id, 'x'.repeat(301))).rejects.toThrow(
    'A name has at most 300 characters, and this has 301; choose a shorter one.',
  );
  expect((await listModels(database))[0]!.name).toBe(name);
});

test('a damaged file is not stored', async () => {
  const database = await openFresh();
  const infer = new InferService(Promise.resolve(database));
  const bytes = new Uint8Array(await (await letterTaggerFile()).arrayBuffer());
  bytes[bytes.length >> 1]! ^= 64;
  const damaged = new File([bytes], 'letters.onnx');
  await expect(infer.importModel(damaged, noReport)).rejects.toThrow(/^letters\.onnx: .+;/u);
  expect(await listModels(database)).toEqual([]);
});

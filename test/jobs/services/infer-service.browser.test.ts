import { deleteDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { InferService } from '../../../src/jobs/services/infer-service';
import { listEntities } from '../../../src/ner/entity-columns';
import { openDatabase } from '../../../src/storage/database';
import { createId } from '../../../src/storage/ids';
import { letterTaggerFile } from '../../infer/letter-tagger';

const silent = () => undefined;

async function open(): Promise<InferService> {
  const database = await openDatabase(`test-${createId()}`);
  const service = new InferService(Promise.resolve(database));
  const { id } = await service.importModel(await letterTaggerFile(), silent);
  await service.loadModel(id, 1);
  onTestFinished(async () => {
    await service.release();
    database.close();
    await deleteDB(database.name);
  });
  return service;
}

const long = 'e ak bkk e ckk dk dkl ef a gh c '.repeat(3000);

test('a later text ends the reading of an earlier one, which then has no answer', async () => {
  const service = await open();
  const readings = [long, `${long} a`, 'e ak'].map((text) => service.annotate(text, silent));
  const [first, second, third] = await Promise.all(readings);
  expect([first, second]).toEqual([undefined, undefined]);
  expect(listEntities(third!.entities)).toMatchObject([{ start: 2, end: 4, label: 'PER' }]);
});

test('a model is released at once, whatever it reads', async () => {
  const service = await open();
  const reading = service.annotate(long, silent);
  await service.release();
  expect(await reading).toBe(undefined);
  await expect(service.annotate('e ak', silent)).rejects.toThrow('No model is loaded');
});

test('a file holds the annotation of exactly the text that it was asked for, while another is read', async () => {
  const service = await open();
  const reading = service.annotate(long, silent);
  const [json, columns] = await Promise.all([
    service.writeAnnotation('e ak', 'json'),
    service.writeAnnotation('e ak\nck', 'conll'),
  ]);
  expect(JSON.parse(await json.text())).toMatchObject({
    text: 'e ak',
    entities: [{ start: 2, end: 4, label: 'PER', text: 'ak' }],
  });
  expect(await columns.text()).toBe('e\tO\nak\tB-PER\n\nck\tB-LOC\n\n');
  expect(await reading).toBeDefined();
});

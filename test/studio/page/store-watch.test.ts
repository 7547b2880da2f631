import { expect, test } from 'vitest';
import type { RecordStore } from '../../../src/storage/record-stores';
import { StoreWatch } from '../../../src/studio/page/store-watch';

/** A watch whose readings end when they are told to. */
function openWatch() {
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const read = (store: RecordStore) => () => {
    order.push(store);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const watch = new StoreWatch(
    {
      ...{ corpora: read('corpora'), encoders: read('encoders') },
      ...{ runs: read('runs'), models: read('models') },
    },
    () => Promise.resolve(order.push('afterwards')),
  );
  const end = () => {
    for (const resolve of ends.splice(0)) resolve();
  };
  return { watch, order, end };
}

test('what changes while it is read is read once more, however often it changed', async () => {
  const { watch, order, end } = openWatch();
  const first = watch.read(['runs']);
  for (let change = 0; change < 5; change++) void watch.read(['runs', 'models']);
  expect(order).toEqual(['runs']);
  end();
  await expect.poll(() => order.length).toBe(4);
  end();
  await first;
  expect(order).toEqual(['runs', 'afterwards', 'runs', 'models', 'afterwards']);
});

test('without a name all are read', async () => {
  const { watch, order, end } = openWatch();
  const all = watch.read();
  end();
  await all;
  expect(order).toEqual(['corpora', 'encoders', 'runs', 'models', 'afterwards']);
});

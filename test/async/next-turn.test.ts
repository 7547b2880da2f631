import { expect, test } from 'vitest';
import { nextTurn } from '../../src/async/next-turn';

test('lets in the messages that wait, which promises alone do not', async () => {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port1.onmessage = ({ data }) => void heard.push(data);
  port2.postMessage('stop');
  for (let i = 0; i < 100; i++) await Promise.resolve();
  expect(heard).toEqual([]);
  await nextTurn();
  expect(heard).toEqual(['stop']);
  port1.close();
});

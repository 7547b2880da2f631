import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchPageFile, PageFileError, reach } from '../../src/browser/page-file';

const answers: Record<string, (response: ServerResponse) => void> = {
  '/vocab.txt': (response) => response.writeHead(200).end('[PAD]\n'),
  '/page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  '/gone': (response) => response.writeHead(404).end(),
  '/cut': (response) => {
    response
      .writeHead(200, { 'content-length': '1000' })
      .write('[PAD]\n', () => response.destroy());
  },
};
const server = createServer((request, response) => answers[request.url ?? '']?.(response));
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function failureOf(work: Promise<unknown>): Promise<PageFileError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof PageFileError) return error;
  throw new Error(`Expected a PageFileError, got ${String(error)}.`);
}

test('a file that is served comes as it is', async () => {
  const response = await fetchPageFile(`${url}/vocab.txt`, 'the encoder');
  expect(await response.text()).toBe('[PAD]\n');
});

test('a file that is not served is named, with its status, or the page that came instead', async () => {
  const gone = await failureOf(fetchPageFile(`${url}/gone`, 'the encoder'));
  expect(gone.message).toBe(
    'The server of this page has no /gone (status 404), so the encoder could not be fetched.',
  );
  expect(gone.wayOut).toMatch(/^Serve the whole folder/u);
  const page = await failureOf(fetchPageFile(new URL(`${url}/page`), 'the encoder'));
  expect(page.message).toContain('/page (it sent an HTML page)');
});

test('a server that does not answer, or breaks off, is a matter of the connection', async () => {
  const nobody = await failureOf(fetchPageFile('http://localhost:1/vocab.txt', 'the encoder'));
  expect(nobody.message).toBe(
    'The encoder could not be fetched: the server of this page does not answer.',
  );
  expect(nobody.wayOut).toMatch(/^Check the connection/u);
  const response = await fetchPageFile(`${url}/cut`, 'the encoder');
  const cut = await failureOf(reach('the encoder', undefined, () => response.text()));
  expect(cut.message).toBe(nobody.message);
});

test('a stop is no failure of the server', async () => {
  const stop = new AbortController();
  const work = fetchPageFile(`${url}/vocab.txt`, 'the encoder', stop.signal);
  stop.abort();
  await expect(work).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});

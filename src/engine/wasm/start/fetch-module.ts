import { fetchPageFile } from '../../../browser/page-file';

/** Name of the files that are fetched here, for the sentence that one of them is missing. */
const WHAT = 'the engine that trains';

/**
 * Fetches and compiles a WebAssembly file of this page, while it arrives where the host names its type.
 *
 * @throws PageFileError where the host does not send the file; an error where the browser cannot compile it.
 */
export async function fetchModule(url: string): Promise<WebAssembly.Module> {
  const response = await fetchFile(url);
  return response.headers.get('Content-Type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/** Fetches a file of the engine. @throws PageFileError where the host does not send it. */
export function fetchFile(url: string): Promise<Response> {
  return fetchPageFile(url, WHAT);
}

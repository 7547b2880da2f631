/**
 * Fetches and compiles a WebAssembly file of this page, while it arrives where the host names its type.
 *
 * @throws where the host has no such file, or the browser cannot compile it.
 */
export async function fetchModule(url: string): Promise<WebAssembly.Module> {
  const response = await fetchFile(url);
  return response.headers.get('Content-Type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/** Fetches a file of this page. @throws where the host answers with anything but the file. */
export async function fetchFile(url: string): Promise<Response> {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok)
    throw new Error(
      `${url}: expected a file of this page, the server answered ${response.status}; build the page anew or copy all of its files.`,
    );
  return response;
}

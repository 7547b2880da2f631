import { Failure } from '../../messages/failure';

/**
 * Copies a text that is being made to the clipboard. The browser is told at once, as long as it counts the person's press; some do not
 * take a text that comes later, and are told when it is there.
 *
 * @throws Failure where the browser gives no access to the clipboard; what the making of the text rejects with.
 */
export async function copyText(file: Promise<Blob>): Promise<void> {
  try {
    await writeText(file);
  } catch (error) {
    await file; // where it failed, that is the reason
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `The browser does not let this page copy (${reason}).`,
      'Save it as a file instead.',
      { cause: error },
    );
  }
}

async function writeText(file: Promise<Blob>): Promise<void> {
  if (typeof ClipboardItem === 'undefined') {
    await navigator.clipboard.writeText(await (await file).text());
    return;
  }
  const plain = file.then((blob) => new Blob([blob], { type: 'text/plain' }));
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': plain })]);
}

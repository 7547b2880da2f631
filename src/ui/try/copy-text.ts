/**
 * Copies a text that is being made to the clipboard. The browser is told at once, as long as it counts the person's press; some do not
 * take a text that comes later, and are told when it is there.
 *
 * @throws where the browser gives no access to the clipboard, or the text could not be made.
 */
export async function copyText(file: Promise<Blob>): Promise<void> {
  if (typeof ClipboardItem === 'undefined') {
    await navigator.clipboard.writeText(await (await file).text());
    return;
  }
  const plain = file.then((blob) => new Blob([blob], { type: 'text/plain' }));
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': plain })]);
}

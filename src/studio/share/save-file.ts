/** Hands a file to the browser's downloads under a name. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read by then; keeping the URL would keep the bytes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

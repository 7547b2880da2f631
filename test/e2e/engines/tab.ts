/** A browser's tab with the studio in it, whatever drives it. Elements are named by CSS; one that is not there rejects. */
export interface Tab {
  /** Engine and version: `Firefox 153.8.0`. */
  readonly browser: string;
  open(address: string): Promise<void>;
  reload(): Promise<void>;
  /** Gives what an expression of JavaScript comes to in the page, once it has settled; it must survive JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Presses the middle of an element as a pointer does. */
  press(css: string): Promise<void>;
  /** Types into an element, key by key. */
  write(css: string, text: string): Promise<void>;
  /** Chooses files in a file input. */
  choose(css: string, paths: readonly string[]): Promise<void>;
  /** Presses what saves an .onnx file, and gives its path among the downloads, which end with the browser. */
  save(css: string): Promise<string>;
  /** Makes the view so large in CSS pixels, or as near to that as the engine's window can be. */
  resize(width: number, height: number): Promise<void>;
  /** Gives what the view shows, as PNG. */
  photograph(): Promise<Uint8Array>;
  /** Ends the browser. */
  close(): Promise<void>;
}

/** Opens a browser with an empty profile; what its console tells of errors, and requests to elsewhere than `url`, are added to `complaints`. */
export type OpenTab = (url: string, complaints: string[]) => Promise<Tab>;

/** Calls a function in the page. It is sent as its source, so it may use nothing from around it; arguments and result cross as JSON. */
export async function runIn<A extends unknown[], R>(
  tab: Tab,
  inPage: (...args: A) => R | Promise<R>,
  ...args: A
): Promise<R> {
  const list = args.map((arg) => JSON.stringify(arg)).join(', ');
  return (await tab.evaluate(`(${inPage.toString()})(${list})`)) as R;
}

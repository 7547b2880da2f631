import type { FormatPreview } from '../../protocol/data-calls';

/** Turns of the callers that preview files, one caller at a time. A caller's newer preview does not wait: it replaces its older one. */
export class PreviewTurns {
  #running: { asker: object; ended: Promise<void> } | undefined;

  async take(asker: object, look: () => Promise<FormatPreview>): Promise<FormatPreview> {
    while (this.#running && this.#running.asker !== asker) await this.#running.ended;
    const preview = look();
    const ended = preview.then(
      () => undefined,
      () => undefined, // its own asker hears of its failure
    );
    const running = { asker, ended };
    this.#running = running;
    try {
      return await preview;
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }
}

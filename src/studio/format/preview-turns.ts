import type { FormatPreview } from '../../protocol/data-calls';

/** Lets one asker after another look at files: a newer look of the same asker does not wait, for it supersedes the older one. */
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

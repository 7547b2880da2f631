import type { ColumnFormat, CompleteFormat } from '../../data/format/column-format';
import type { DataCalls, FormatPreview, PreviewSource } from '../../protocol/data-calls';
import { asColumns, PLAIN_DETAILS } from '../../protocol/format-details';
import { assignRole, columnsOf, countColumns, rolesOf, type ColumnRole } from './column-roles';
import type { PreviewTurns } from './preview-turns';
import { describeTrouble } from '../parts/trouble';

/** A file whose columns a person chooses. */
export interface FileInHand {
  name: string;
  source: PreviewSource;
  /** Parts chosen so far; the rest is detected. */
  choice: Partial<ColumnFormat>;
  /** Preview of the file under this choice; undefined before it was read. */
  preview: FormatPreview | undefined;
  /** True if the file shall not be part of the corpus. */
  isLeftOut: boolean;
}

/** A format as it is shown: each part as chosen, else as detected, else the usual one. */
export type ShownFormat = Omit<
  CompleteFormat,
  'kind' | 'scheme' | 'columns' | 'wordColumn' | 'tagColumn'
> &
  Partial<Pick<CompleteFormat, 'scheme'>>;

/** Columns beyond these are not offered: a separator that cuts prose makes hundreds. */
const MOST_COLUMNS = 24;

/** Parts of a choice that another separator makes meaningless. */
const LAYOUT_KEYS = [
  'columns',
  'wordColumn',
  'tagColumn',
  'indexColumn',
  'sentenceColumn',
  'isPadded',
] as const;

/** Choice of columns by hand, for files that were dropped or that a corpus holds, with a preview of how each would be read. */
export class ByHand {
  files = $state.raw<readonly FileInHand[]>([]);
  /** Index of the current file. */
  at = $state(0);
  /** True if a choice applies to the other files as well. */
  isForAll = $state(false);
  /** True while the preview of the current file is made. */
  busy = $state(false);
  readonly file = $derived(this.files[this.at]);
  readonly preview = $derived(this.file?.preview);
  /** Columns of the current file, under the separator in force. */
  readonly columns = $derived(
    Math.min(
      MOST_COLUMNS,
      asColumns(this.preview?.format)?.columns ?? countColumns(this.preview?.rows),
    ),
  );
  /** Roles while word or tag have no column; undefined once they do. */
  #open = $state.raw<readonly ColumnRole[] | undefined>();
  readonly roles = $derived(
    this.#open ?? rolesOf(asColumns(this.preview?.format) ?? this.file?.choice ?? {}, this.columns),
  );
  readonly shown: ShownFormat = $derived({
    ...PLAIN_DETAILS,
    encoding: 'utf-8',
    separator: 'space',
    ...this.preview?.cut,
    ...this.preview?.format,
    ...this.file?.choice,
  });
  /** The first file that cannot be read under the present choices. */
  readonly stuck = $derived(
    this.files.find(({ isLeftOut, preview }) => !isLeftOut && preview && !isReadable(preview)),
  );
  readonly ready = $derived(
    !this.busy &&
      this.#open === undefined &&
      this.stuck === undefined &&
      this.files.some(({ isLeftOut }) => !isLeftOut),
  );
  readonly #data: Pick<DataCalls, 'previewFormat'>;
  readonly #turns: PreviewTurns;
  readonly #looksAtAll: boolean;
  #looks = 0;

  /** `looksAtAll`: the other files are previewed as well, because it is not known whether they can be read. */
  constructor(
    data: Pick<DataCalls, 'previewFormat'>,
    turns: PreviewTurns,
    files: readonly Pick<FileInHand, 'name' | 'source' | 'choice'>[],
    { at = 0, looksAtAll = false } = {},
  ) {
    this.#data = data;
    this.#turns = turns;
    this.#looksAtAll = looksAtAll;
    this.files = files.map((file) => ({ ...file, preview: undefined, isLeftOut: false }));
    this.at = at;
  }

  /** Previews the current file and then, in a drop, every file without a preview under its choice. */
  async look(): Promise<void> {
    const look = ++this.#looks;
    this.busy = true;
    const isOther = (index: number) => this.#looksAtAll && index !== this.at;
    const others = [...this.files.keys()].filter(isOther);
    for (const index of [this.at, ...others]) {
      const file = this.files[index];
      if (!file || (index !== this.at && file.preview)) continue;
      const preview = await this.#previewOf(file);
      if (look !== this.#looks) return; // a newer choice is being looked at
      this.#put(index, { preview });
      if (index === this.at) this.busy = false;
    }
  }

  /**
   * Previews all files of a refused drop and sorts those first that cannot be read, led by the current one. A file with other columns than
   * the first is probably no part of the corpus: it is left out until the person takes it back.
   */
  async sortRefusedFirst(): Promise<void> {
    const led = this.file;
    await this.look();
    const isRefused = ({ preview }: FileInHand) => !preview || !isReadable(preview);
    const rank = (file: FileInHand) =>
      isRefused(file) ? (file.source === led?.source ? 0 : 1) : 2;
    const sorted = this.files.toSorted((a, b) => rank(a) - rank(b));
    const [first] = sorted;
    const isAlike = ({ preview }: FileInHand) =>
      preview?.cut.separator === first?.preview?.cut.separator &&
      countColumns(preview?.rows) === countColumns(first?.preview?.rows);
    this.files = sorted.map((file) =>
      isRefused(file) && !isAlike(file) ? { ...file, isLeftOut: true } : file,
    );
    this.at = 0;
    this.isForAll = this.files.filter((file) => isRefused(file) && !file.isLeftOut).length > 1;
  }

  /** Turns to another file. */
  async take(index: number): Promise<void> {
    this.at = index;
    this.#open = undefined;
    if (!this.preview) await this.look();
  }

  /** Gives a column its role. While word or tag have no column, nothing is read. */
  async assign(column: number, role: ColumnRole): Promise<void> {
    const roles = assignRole(this.roles, column, role, this.preview?.rows ?? []);
    const columns = columnsOf(roles);
    this.#open = columns ? undefined : roles;
    if (columns) await this.choose(columns);
  }

  /** Chooses a part of the format, for the current file or for all. */
  async choose(part: Partial<ColumnFormat>): Promise<void> {
    const isOther = part.separator !== undefined && part.separator !== this.shown.separator;
    if (isOther) this.#open = undefined;
    this.#change((choice) => ({ ...(isOther ? without(choice, LAYOUT_KEYS) : choice), ...part }));
    await this.look();
  }

  /** Forgets what was chosen, so that everything is detected again. */
  async forget(): Promise<void> {
    this.#open = undefined;
    this.#change(() => ({}));
    await this.look();
  }

  /** Applies the choice of the current file to all of them, or from now on to itself alone. */
  async holdForAll(isForAll: boolean): Promise<void> {
    this.isForAll = isForAll;
    if (!isForAll) return;
    const { choice } = this.file ?? { choice: {} };
    this.#change(() => choice);
    await this.look();
  }

  /** Leaves the current file out of the corpus, or takes it back. */
  leaveOut(isLeftOut: boolean): void {
    this.#put(this.at, { isLeftOut });
  }

  #change(change: (choice: Partial<ColumnFormat>) => Partial<ColumnFormat>): void {
    this.files = this.files.map((file, index) => {
      if (index === this.at) return { ...file, choice: change(file.choice) };
      if (!this.isForAll) return file;
      return { ...file, preview: undefined, choice: change(file.choice) };
    });
  }

  #put(index: number, change: Partial<FileInHand>): void {
    this.files = this.files.map((file, other) => (other === index ? { ...file, ...change } : file));
  }

  async #previewOf({ source, choice, preview }: FileInHand): Promise<FormatPreview> {
    try {
      return await this.#turns.take(this, () => this.#data.previewFormat(source, choice));
    } catch (error) {
      const { what, next } = describeTrouble(error);
      return { ...(preview ?? NOTHING_SEEN), problem: [what, next].join(' ').trim() };
    }
  }
}

/** Tells whether a file can be read, by its preview. */
export function isReadable({ format, problem }: FormatPreview): boolean {
  return format !== undefined && problem === undefined;
}

const NOTHING_SEEN: FormatPreview = {
  rows: [],
  marks: [],
  cut: { separator: 'space', encoding: 'utf-8' },
  sentences: 0,
  words: 0,
  entities: {},
  errors: 0,
  lines: 0,
  isWhole: true,
};

function without<Key extends keyof ColumnFormat>(
  choice: Partial<ColumnFormat>,
  keys: readonly Key[],
): Partial<ColumnFormat> {
  const dropped: readonly string[] = keys;
  return Object.fromEntries(Object.entries(choice).filter(([key]) => !dropped.includes(key)));
}

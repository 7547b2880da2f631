import { shortenSentence } from '../../messages/shorten';
import type { DataCalls } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import { withPaths } from './dropped-folders';
import { openDrop, type OpenedDrop } from './open-drop';
import { describePassedOver } from './passed-over-words';
import { PLACE_NAMES, type Place, type Places } from '../page/places.svelte';
import type { Corpora } from '../corpus/corpus.svelte';
import type { Encoders } from '../train/encoders.svelte';
import type { Training } from '../train/training.svelte';
import type { Trying } from '../try/trying.svelte';
import type { Trouble } from '../parts/trouble';
import { Work } from '../parts/work.svelte';

/** Receivers of files, and the navigation that turns to them. */
export interface Receivers {
  readonly places: Places;
  readonly corpora: Corpora;
  readonly encoders: Encoders;
  readonly training: Training;
  readonly trying: Trying;
}

/** Routing of files that a person drops or chooses, anywhere on the page, to the place they belong to. */
export class Deliveries {
  /** Sentences about files that were dropped at another place than theirs. */
  news = $state('');
  /** Work of unpacking, and the trouble with files that cannot be read. */
  readonly work = new Work();
  readonly #data: DataCalls;
  readonly #to: Receivers;

  constructor(data: DataCalls, to: Receivers) {
    this.#data = data;
    this.#to = to;
  }

  /** Routes files from any drop zone or button; `from` is the place where it is. */
  async take(files: readonly (File | DroppedFile)[], from: Place): Promise<void> {
    this.news = '';
    this.work.dismiss();
    const dropped = withPaths(files);
    if (dropped.length === 0) return;
    const drop = await this.work.run('Reading the dropped files', 'Nothing was stored.', (report) =>
      openDrop(dropped, this.#data, report),
    );
    if (!drop) return;
    const { refusal } = drop;
    if (refusal) this.#refuse({ what: refusal.what, next: refusal.wayOut });
    else if (drop.encoders.length + drop.corpus.length + drop.models.length === 0) {
      this.#refuse(describeNothing(drop));
    } else await this.#deliver(drop, from);
  }

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  async #deliver(drop: OpenedDrop, from: Place): Promise<void> {
    const { corpora, trying, places } = this.#to;
    const { encoders, corpus, models, name, passedOver } = drop;
    const news: string[] = [];
    if (encoders.length > 0) news.push(...(await this.#takeEncoders(encoders, from)));
    if (corpus.length > 0) {
      places.go('corpus');
      const record = await corpora.take(corpus, name, passedOver);
      if (record && from !== 'corpus' && corpora.news === '') {
        news.push(`${filesAre(corpus.length, 'a corpus')} read on ${PLACE_NAMES.corpus}.`);
      }
    } else if (passedOver.length > 0) news.push(describePassedOver(passedOver));
    for (const model of models) {
      places.go('try');
      const record = await trying.take(model.file);
      if (record && from !== 'try') {
        news.push(`${model.path} is a model; it was stored and is in use on ${PLACE_NAMES.try}.`);
      }
    }
    this.news = news.join(' ');
  }

  /** Takes each folder by itself; the reasons for all refusals are told together. */
  async #takeEncoders(folders: readonly DroppedFile[][], from: Place): Promise<string[]> {
    const { encoders, places, training } = this.#to;
    places.go('train');
    if (!training.busy) training.setUp(); // where the encoders are chosen
    const refused: Trouble[] = [];
    const taken: string[] = [];
    for (const folder of folders) {
      encoders.work.dismiss();
      const record = await encoders.take(folder);
      if (record && encoders.news === '') taken.push(record.name);
      else if (encoders.work.trouble) refused.push(encoders.work.trouble);
    }
    const trouble = refused[0] && {
      what: shortenSentence(refused.map(({ what }) => what).join(' ')),
      next: refused
        .map(({ next }) => next)
        .filter((next, index, all) => all.indexOf(next) === index)
        .join(' '),
    };
    // While a run goes on the chooser is out of sight.
    if (trouble && training.busy) this.#refuse(trouble);
    else encoders.work.trouble = trouble;
    if (encoders.news && training.busy) return [encoders.news];
    if (taken.length === 0 || from === 'train') return [];
    return [
      taken.length === 1
        ? `This is an encoder folder; it was put among the encoders on ${PLACE_NAMES.train}.`
        : `These are encoder folders; they were put among the encoders on ${PLACE_NAMES.train}.`,
    ];
  }

  #refuse(trouble: Trouble): void {
    this.work.trouble = trouble;
  }
}

function filesAre(count: number, what: string): string {
  return count === 1 ? `This is ${what}; it was` : `These are files of ${what}; they were`;
}

function describeNothing({ passedOver }: OpenedDrop): Trouble {
  return {
    what: `No corpus, encoder or model was found. ${describePassedOver(passedOver)}`.trim(),
    next: 'Drop column files with a word and its tag in each row, the folder of an encoder, or an .onnx made in Tagwerk.',
  };
}

import { EditorView } from '@codemirror/view';
import { mount, tick, unmount } from 'svelte';
import { expect, onTestFinished, test } from 'vitest';
import { countEntities } from '../../src/ner/entity-columns';
import { FILE_LIMITS } from '../../src/ner/file-limits';
import { saveEncoder } from '../../src/storage/encoders';
import { saveModel } from '../../src/storage/models';
import { addRun } from '../../src/storage/runs/runs';
import { fileNameOf } from '../../src/studio/share/sharing.svelte';
import StartFailure from '../../src/ui/page/StartFailure.svelte';
import { hostileHost, hostileTexts } from './hostile-texts';
import { expectSaid, HarmWatch } from './hostile-watch';
import { importText, madeEncoder, madeModel, madeReport, madeRun, openPage } from './made-studio';
import { settled } from './settled';

/** As a column file can hold them: without TABs and line ends. Entity types are no longer than a name. */
const words = hostileTexts.map((text) => text.replaceAll(/[\t\n]/gu, ' '));
const labels = words.map((text) => text.slice(0, 200));
const plain = 'Ada\tB-PER\nleft\tO\nCork\tB-LOC\n';

/** Few labels from the `first` on, of a run or a model: each is in a few of them, and a page of all would be long to draw for each. */
const labelsFrom = (first: number) =>
  Array.from({ length: 8 }, (_, i) => labels[(first + i) % labels.length]!);

/** Each text twice as a word, and once as an entity type. */
function asColumns(): string {
  return words.map((word, i) => `${word}\tB-${labels[i]!}\nmet\tO\n${word}\tO\n`).join('\n');
}

function openAll(target: HTMLElement): void {
  for (const details of target.querySelectorAll('details')) details.open = true;
  for (const button of target.querySelectorAll<HTMLElement>('main [aria-expanded=false]'))
    button.click();
}

test('there are at least 120 hostile texts, and all differ', () => {
  expect(new Set(hostileTexts).size).toBe(hostileTexts.length);
  expect(hostileTexts.length).toBeGreaterThanOrEqual(120);
});

test('harm would be noticed: a script, a dialog, a request, elements and attributes made of text', async () => {
  const page = document.createElement('div');
  const watched = async (make: () => unknown) => {
    const watch = new HarmWatch();
    page.replaceChildren(document.createElement('a'));
    await make();
    return () => watch.expectNone(page);
  };
  const link = () => page.querySelector('a');
  const picture = new Image();
  const failed = new Promise((resolve) => picture.addEventListener('error', resolve));
  const request = () => {
    picture.src = `https://${hostileHost}/x.png`;
    return failed;
  };
  expect(await watched(() => undefined)).not.toThrow();
  expect(await watched(() => Reflect.set(globalThis, '__pwned', 1))).toThrow('a script ran');
  expect(await watched(() => window.alert('x'))).toThrow('alert was called');
  expect(await watched(request)).toThrow(hostileHost);
  expect(await watched(() => page.append(document.createElement('img')))).toThrow('<img>');
  expect(await watched(() => link()?.setAttribute('href', 'javascript:x'))).toThrow('attribute');
  expect(await watched(() => link()?.setAttribute('onclick', 'x'))).toThrow('attribute');
});

test('as words and entity types: statistics, most frequent entities, sentences and searches', async () => {
  const watch = new HarmWatch();
  const { studio, target } = await openPage(async (_, data) => {
    await importText(data, 'hostile', {
      'hostile.train.conll': asColumns(),
      'hostile.dev.conll': asColumns(),
    });
  });
  studio.places.go('corpus');
  await settled();
  expect(studio.corpora.chosen?.labels.toSorted()).toEqual(labels.toSorted());
  openAll(target);
  await settled();
  watch.expectNone(target);
  expectSaid(target, labels);
  const counts = [...target.querySelectorAll('table.labels td')].map((cell) => cell.textContent);
  expect(counts).toEqual(labels.flatMap(() => ['1', '1']));

  for (const [i, text] of words.entries()) {
    await studio.sentences.narrow({ label: labels[i]!, split: 'train' });
    await tick();
    const list = target.querySelector('[aria-label="Sentences found"]');
    expect(studio.sentences.matches?.count, text.slice(0, 80)).toBe(1);
    expect(list?.querySelector('mark')?.textContent).toBe(`${text},\u00a0${labels[i]!}`);
  }
  watch.expectNone(target);
}, 120_000);

test('as names of the files of a corpus', async () => {
  const watch = new HarmWatch();
  const { studio, target } = await openPage(async (_, data) => {
    const files = hostileTexts.map((name) => ({ file: new File([plain], name) }));
    await data.importCorpus({ name: 'names', files }, () => undefined);
  });
  studio.places.go('corpus');
  await settled();
  openAll(target);
  await settled();
  watch.expectNone(target);
  expectSaid(target, studio.corpora.chosen?.files.map(({ name }) => name) ?? []);

  const file = studio.corpora.chosen?.files.find(({ name }) => name === 'constructor');
  await studio.corpora.reread(file!, { format: { scheme: 'IO' } });
  const read = studio.corpora.chosen?.files.filter(({ format }) => format.scheme === 'IO');
  expect(read?.map(({ name }) => name)).toEqual(['constructor']);
}, 120_000);

test('as the name of a corpus', async () => {
  const watch = new HarmWatch();
  const { studio, target } = await openPage(async (_, data) => {
    await importText(data, 'names', { 'train.conll': plain });
  });
  studio.places.go('corpus');
  await settled();
  for (const text of hostileTexts) {
    const name = text.trim().slice(0, FILE_LIMITS.nameCharacters).trim();
    await studio.corpora.rename(studio.corpora.chosen!.id, name);
    await tick();
    expect(target.querySelector('#corpus-name b')?.textContent).toBe(studio.corpora.chosen?.name);
    expectSaid(target.querySelector('.corpora')!, [name]);
  }
  watch.expectNone(target);
}, 120_000);

test('as faults: findings with their reasons, their fixes, and the lines that they change', async () => {
  const watch = new HarmWatch();
  const bare = hostileTexts.map((text) => text.replaceAll(/\s/gu, '_').slice(0, 300));
  const rows = (wrong: (text: string) => string) =>
    bare.map((text) => `${wrong(text)}\n\n`).join('');
  const many = `${plain}\n`.repeat(2 * bare.length); // so that the rest is seen as faults
  const { studio, target } = await openPage(async (_, data) => {
    await importText(data, 'faults', {
      'train.conll': `${many}${rows((text) => `word\t${text}`)}`,
      'dev.conll': `${many}${rows((text) => `${text}\tX\tY\tZ\tB-LOC`)}`,
      'test.conll': `${many}${rows((text) => `${text}\tI-${text}`)}`,
    });
  });
  studio.places.go('corpus');
  await settled();
  openAll(target);
  await settled();
  openAll(target);
  await settled();
  watch.expectNone(target);
  const reasons = studio.corpora.chosen?.files.flatMap(({ findings }) => findings) ?? [];
  expect(reasons.length).toBeGreaterThan(20);
  const said = target.querySelector('[aria-labelledby=findings]')?.textContent ?? '';
  expect(bare.filter((text) => said.includes(text)).length).toBeGreaterThan(20);

  for (const finding of ['unknown-prefix', 'column-count', 'unseen-label'] as const) {
    await studio.sentences.narrow({ finding });
    await settled();
    watch.expectNone(target);
  }
}, 120_000);

test('as names of encoders and runs, reasons of failures, types of a score table, backends', async () => {
  const watch = new HarmWatch();
  const { studio, target } = await openPage(async (database, data) => {
    const corpus = await importText(data, 'letters', { 'train.conll': plain, 'dev.conll': plain });
    for (const [i, text] of hostileTexts.entries()) {
      const encoder = { ...madeEncoder(text), licence: text };
      await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
      const run = madeRun(text, corpus.id, encoder.id, labelsFrom(i));
      // A type that was never scored must not be found among what every object has.
      const scored = run.labels.filter((label) => label !== 'constructor');
      for (const epoch of run.epochs) epoch.report = madeReport(0.4, scored);
      await addRun(database, {
        ...run,
        state: 'failed',
        failure: text,
        backend: text,
        losses: new Float32Array(3),
      });
    }
  });
  studio.places.go('train');
  await settled();
  expectSaid(target, hostileTexts);
  for (const run of studio.training.runs) {
    await studio.training.show(run.id);
    await tick();
    expect(target.querySelector('#run-name b')?.textContent).toBe(run.name);
    expect(target.querySelector('.failure')?.textContent).toBe(run.name);
    const scored = Object.keys(run.epochs[0]!.report.byLabel);
    expect(scored).not.toContain('constructor');
    expect(target.querySelectorAll('main [role=region] tbody tr').length).toBe(scored.length);
    expectSaid(target, [run.backend, ...scored]);
  }
  watch.expectNone(withoutChart(target));
  studio.training.setUp();
  await settled();
  openAll(target);
  await settled();
  for (const { id, name } of studio.encoders.list) {
    studio.encoders.choose(id);
    await tick();
    const chosen = target.querySelector('label:has([name=encoder]:checked)');
    expect(chosen?.querySelector('.name')?.textContent).toBe(name);
  }
  watch.expectNone(target);
}, 120_000);

test('as names, cards and labels of models: Share, Try, and the file that is downloaded', async () => {
  const watch = new HarmWatch();
  const known = labels.map((label, i) => [`name${i}.`, [label, i % 2 ? 0.9 : 0.3]] as const);
  const { studio, target } = await openPage(
    async (database) => {
      for (const [i, text] of hostileTexts.entries()) {
        const model = { ...madeModel(text), labels: labelsFrom(i) };
        const card = {
          ...model.card,
          name: text,
          encoder: text,
          corpus: text,
          corpusHash: text,
          licence: text,
        };
        await saveModel(database, { ...model, card }, [new Uint8Array(model.bytes)]);
      }
    },
    Object.fromEntries(known.map(([word, [label, confidence]]) => [word, [label, confidence]])),
  );
  studio.places.go('share');
  await settled();
  expectSaid(target, hostileTexts);
  for (const model of studio.sharing.list) {
    studio.sharing.chosenId = model.id;
    await tick();
    const card = target.querySelector('[aria-labelledby=card]');
    expect(card?.querySelector('.name')?.textContent).toBe(model.name);
    expect(card?.querySelector('dd')?.textContent).toBe(model.name);
    expect(
      [...(card?.querySelectorAll('.label-name') ?? [])].map(({ textContent }) => textContent),
    ).toEqual(model.labels);
    expect(fileNameOf(model)).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*\.onnx$/u);
  }
  watch.expectNone(target);

  studio.places.go('try');
  const text = known.map(([word], i) => `${word} ${hostileTexts[i]!}`).join('\n');
  studio.trying.type(text);
  await expect.poll(() => countEntities(studio.trying.entities)).toBe(labels.length);
  await settled();
  watch.expectNone(target);
  const editor = target.querySelector<HTMLElement>('.cm-editor')!;
  const field = EditorView.findFromDOM(editor)!;
  expect(field.state.doc.toString()).toBe(text.replaceAll(/\r\n?/g, '\n'));
  // The page holds only what is in sight of both: every part is looked at.
  const lines = await seeAll(field.scrollDOM, '.cm-line', target, watch);
  expect(
    field.state.doc
      .toString()
      .split('\n')
      .filter((line) => line.length < 2000 && !lines.has(line)), // a longer one is never drawn whole
  ).toEqual([]);
  const list = target.querySelector<HTMLElement>('[aria-label="Entities found"]')!;
  const listed = await seeAll(list, '.label-name', target, watch);
  expect([...listed].toSorted()).toEqual(labels.toSorted());
  expectSaid(target, hostileTexts);
  const written = await studio.trying.write('json');
  expect(JSON.parse(await written.text())).toMatchObject({ text });
}, 120_000);

test('as errors, in every place, in the status line, and where the page cannot start', async () => {
  const watch = new HarmWatch();
  const { studio, target } = await openPage();
  for (const text of hostileTexts) {
    const error = new Error(text);
    studio.status.fail(error, text);
    studio.status.health.hear({ kind: 'ended', worker: 'data', reason: text });
    for (const [place, work] of [
      ['corpus', studio.corpora.work],
      ['train', studio.encoders.work],
      ['try', studio.trying.work],
      ['share', studio.sharing.work],
    ] as const) {
      studio.places.go(place);
      work.fail(error, text);
      work.title = text;
      work.progress = { stage: text, done: 1, total: 2 };
      await tick();
      expectSaid(target.querySelector('main')!, place === 'train' ? [] : [text.trim()]);
      expectSaid(target.querySelector('.status')!, [text]);
      expectSaid(target.querySelector('.page-trouble')!, [text]);
      work.title = '';
    }
    watch.expectNone(target);
  }
  const corner = document.createElement('div');
  document.body.append(corner);
  onTestFinished(() => corner.remove());
  for (const text of hostileTexts) {
    const failure = mount(StartFailure, { target: corner, props: { error: new Error(text) } });
    await tick();
    expectSaid(corner, [text.trim().slice(0, 200)]); // a long one is cut
    watch.expectNone(corner);
    await unmount(failure);
  }
}, 120_000);

/** Scrolls a view from its beginning to its end and gives the texts of the elements that came into sight. */
async function seeAll(
  view: HTMLElement,
  css: string,
  target: HTMLElement,
  watch: HarmWatch,
): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let top = 0; top < view.scrollHeight; top += view.clientHeight / 2) {
    view.scrollTop = top;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await tick();
    for (const { textContent } of view.querySelectorAll(css)) seen.add(textContent);
    watch.expectNone(target);
  }
  return seen;
}

/** The page without uPlot's own elements, which no text reaches. */
function withoutChart(target: HTMLElement): HTMLElement {
  const copy = target.cloneNode(true) as HTMLElement;
  for (const chart of copy.querySelectorAll('.uplot')) chart.remove();
  return copy;
}

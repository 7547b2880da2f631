import { expect } from 'vitest';
import { button, text, type Hand } from './engines/hand';
import { runIn } from './engines/tab';

const sentence =
  'In May Fergus Adeyinka 🚂 went by train from Bath to Greenock, and Ingrid Solbakken to Ghana.';

/** Takes a first visit to a run of the quick recipe that a reload interrupted, that went on and was ended after its second epoch. */
export async function trainOnSample(person: Hand): Promise<void> {
  const backend = { css: 'button', named: /WebAssembly \d+ threads?/u };
  await person.sees(backend, 'the backend that this browser has');
  await person.presses(button('Train on the English sample'), 'the sample of a first visit');
  await person.sees(button('Stop and keep best'), 'the beginning of the run', 90);
  await person.sees(seenAfter(1), 'the first epoch', 120);
  await person.sees(text(/Last checkpoint .* ago/u, 'dl'), 'a checkpoint to go on from');
  await person.tab.reload();

  await person.goes('Train');
  await person.sees(text(/interrupted, kept up to step \d+/u), 'the run that was interrupted');
  await person.presses(button('Continue this run'), 'a run that can go on');
  await person.sees(button('Stop and keep best'), 'the run going on', 90);
  expect(await person.sees(text(/Run 1 .*step [1-9]/u), 'its next step', 90)).not.toMatch(
    /Run 1 epoch 1 /u,
  );
  await person.sees(seenAfter(2), 'the second epoch', 120);
  await person.presses(button('Stop and keep best'), 'the end of the run');
  await person.sees(button('New run'), 'the end of the run');
  await person.goes('Corpus');
  await person.sees(text(/IOB2/u), 'how the sample was read');
  await person.goes('Train');
}

const seenAfter = (epoch: number) => text(new RegExp(`predictions after epoch ${epoch}`, 'u'));

/** The micro-averaged entity F1 on dev that the page shows of the run. */
export async function readEntityF1(person: Hand): Promise<number> {
  const row = { css: '[aria-label="Scores on dev"] tfoot tr', named: /^All types, micro/u };
  const [, f1] = /([\d.]+) \d+ \d+ \d+$/u.exec(await person.sees(row, 'the scores')) ?? [];
  return Number(f1);
}

/** The verified file of the run, as the browser has saved it. */
export async function saveModel(person: Hand): Promise<string> {
  await person.goes('Share');
  const difference = { css: '[aria-label="Model files"] tbody tr', named: /× 10|made elsewhere/u };
  const row = await person.sees(difference, 'the file, compared with the model', 120);
  expect(row).not.toMatch(/made elsewhere/u);
  return person.saves(button('Download .onnx'), 'the file on this computer');
}

export async function openModel(person: Hand, path: string): Promise<void> {
  await person.goes('Try');
  const input = { css: 'input[type=file][accept*=".onnx"]' };
  await person.chooses(input, [path], "a colleague's file");
}

/** Types a sentence and gives the entities that the page lists: `PER Amara Lindqvist 0.98`. */
export async function readSentence(person: Hand): Promise<string[]> {
  await person.goes('Try');
  await person.writes({ css: 'main [role=textbox]' }, sentence, 'a field to type in');
  const settled = { css: '[aria-labelledby="entities"] [role="status"]', named: /^\d+ entit/u };
  await person.sees(settled, 'entities in what was typed');
  return runIn(person.tab, () =>
    [...document.querySelectorAll('[aria-labelledby="entities"] li')].map((item) =>
      (item as HTMLElement).innerText.replace(/\s+/gu, ' ').trim(),
    ),
  );
}

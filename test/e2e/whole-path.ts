import { expect } from 'vitest';
import { button, text, type Hand } from './engines/hand';
import { runIn } from './engines/tab';

const sentence = 'Next spring Amara Lindqvist 🚂 moves from Bristol to London.';

/** From the first visit to a run that a reload interrupted in its middle, that went on and has ended after so many epochs. */
export async function trainOnSample(person: Hand, epochs: number, of: number): Promise<void> {
  await person.sees(
    { css: 'button', named: /WebAssembly \d+ threads?/u },
    'the backend that this browser has',
  );
  await person.presses(button('Learn from the English sample'), 'the sample of a first visit');
  await person.sees(button('Stop and keep best'), 'the beginning of the run', 90);
  await person.sees(text(/as the model saw them after epoch 1/u), 'the first epoch', 120);
  await person.tab.reload();

  await person.goes('Train');
  await person.presses(button('Continue this run'), 'the run that the reload interrupted');
  await person.sees(button('Stop and keep best'), 'the run going on', 90);
  if (epochs < of) {
    const read = text(new RegExp(`as the model saw them after epoch ${epochs}`, 'u'));
    await person.sees(read, `epoch ${epochs}, after the reload`, 120);
    await person.presses(button('Stop and keep best'), 'the end of the run');
  }
  await person.sees(button('New run'), 'the end of the run', 120);
}

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
  const row = await person.sees(difference, 'the file, held against the model', 120);
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
  await person.writes({ css: 'main textarea' }, sentence, 'a field to type in');
  const settled = { css: '[aria-labelledby="entities"] [role="status"]', named: /^\d+ entit/u };
  await person.sees(settled, 'entities in what was typed');
  return runIn(person.tab, () =>
    [...document.querySelectorAll('[aria-labelledby="entities"] li')].map((item) =>
      (item as HTMLElement).innerText.replace(/\s+/gu, ' ').trim(),
    ),
  );
}

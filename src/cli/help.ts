import {
  EVALUATE_OPTIONS,
  PRESET_OPTIONS,
  TRAIN_FILE_OPTIONS,
  TRAIN_RUN_OPTIONS,
} from './command-options';
import { EXIT_CODES } from './exit-codes';
import { FORMAT_OPTIONS } from './format-options';
import type { Option, OptionTable } from './option-table';
import { RECIPE_OPTIONS } from './recipe-options';

const WIDTH = 110;
const TEXT_COLUMN = 38;

/** Text that `npm run ner -- --help` prints, made from the tables of options: the commands, the shape of the result, the exit codes. */
export const HELP = `Usage: npm run ner -- COMMAND [options]

  train --train FILE [--dev FILE] [--test FILE] [options]
      Fine-tunes an encoder in a headless browser, with the studio's own workers.
${describeOptions(TRAIN_FILE_OPTIONS)}
${describeOptions({ ...PRESET_OPTIONS, ...RECIPE_OPTIONS })}
${describeOptions(TRAIN_RUN_OPTIONS)}
      and the FORMAT options below; --train, --dev and --test may be repeated
  evaluate MODEL.onnx --data FILE [options]
      Scores a model on a column file.
${describeOptions(EVALUATE_OPTIONS)}
      and the FORMAT options below
  read FILE|FOLDER ... [FORMAT options]
      Says how files are read, why, and what they leave open; trains nothing. Rows with errors are left out and counted.
  predict MODEL.onnx [SENTENCE ...]
      Tags sentences, from arguments or one a line from standard input.
  encoders [FOLDER ...]
      Lists the encoders that come with the page, and says of Hugging Face folders whether they can be read.

FORMAT options say how column files are to be read; what is not said is found in the files:
${describeOptions(FORMAT_OPTIONS)}

Progress goes to standard error, one JSON document to standard output:
  train     {"command":"train","corpus":{"name","hash","labels","statistics"},"encoder","recipe","backend",
             "epochs":[{"epoch","step","loss","report":REPORT}],"bestEpoch","dev":REPORT,"test":REPORT|null,
             "trainingMs","piecesPerSecond","peakMemoryBytes","model":{"bytes","largestLogitDifference","path"|null}}
  evaluate  {"command":"evaluate","report":REPORT}
  read      {"files":[{"name","split","sentences","words","entities":{TYPE:N},"encoding","separator","columns":[ROLE],
             "scheme","evidence":[SENTENCE],"questions":[{"text","readings":[TITLE]}],
             "findings":{"errors","warnings","notes"}}]}; a question's first reading is the one that was taken
  predict   {"command":"predict","annotations":[{"text","entities":[{"start","end","label","confidence","text"}],
             "unreadable":[{"start","end","text"}]}]}; "unreadable" has the words whose pieces the file
             lacks, where it lacks any
  encoders  {"command":"encoders","encoders":[{"name","from":"page"|"folder","languages"|null,"layers","hidden",
             "isCased","licence"|null,"bytes","allBytes"}]}; bytes are those that every text needs
  REPORT    {"entity":SCORE,"byLabel":{LABEL:SCORE},"tagF1","tokenAccuracy","sentences","words",
             "wordsBeyondWindow","entitiesBeyondWindow","unreadableWords"}; the last where there are any
  SCORE     {"correct","predicted","gold","precision","recall","f1"}: entity scores as conlleval counts them, 0 to 1;
            offsets are UTF-16 code units, half-open.

Exit codes: ${describeExitCodes()}
`;

/** Describes options, each with its value, its default and its text, wrapped in a column of its own. */
function describeOptions(table: OptionTable): string {
  return Object.entries(table)
    .map(([flag, option]) => describeOption(flag, option))
    .join('\n');
}

function describeOption(flag: string, { value, text, default: usual }: Option): string {
  const name = [`      --${flag}`, value, usual === undefined ? undefined : `(${usual})`]
    .filter((part) => part !== undefined)
    .join(' ');
  const lines = wrap(text, WIDTH - TEXT_COLUMN);
  const indent = `\n${' '.repeat(TEXT_COLUMN)}`;
  if (name.length > TEXT_COLUMN - 2) return [name, ...lines].join(indent);
  return name.padEnd(TEXT_COLUMN) + lines.join(indent);
}

/** Breaks a text into lines of at most `width` characters, between words. */
function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

function describeExitCodes(): string {
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `${code} ${meaning}`);
  return wrap(codes.join(' · '), WIDTH - 12).join(`\n${' '.repeat(12)}`);
}

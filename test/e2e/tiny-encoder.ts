import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTinyEncoder } from './tiny-encoder-files';

export const encoderFiles = [
  'config.json',
  'vocab.txt',
  'tokenizer_config.json',
  'model.safetensors',
];

/** Writes the tiny encoder's files into a folder; the arguments are those of `makeTinyEncoder`. */
export function writeTinyEncoder(
  folder: string,
  ...made: Parameters<typeof makeTinyEncoder>
): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(makeTinyEncoder(...made))) {
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : Buffer.concat(content),
    );
  }
}

import { shorten } from '../messages/shorten';
import type { AddedPiece } from './added-pieces';
import { Vocabulary } from './word-piece/vocabulary';

type Json = Record<string, unknown>;

/** The tokenizer files of a folder, parsed; an empty object for one that is not there. */
export interface AddedPieceFiles {
  /** `tokenizer.json`; undefined where there is none. */
  tokenizer: Json | undefined;
  /** `tokenizer_config.json` */
  settings: Json;
  /** `special_tokens_map.json` */
  specials: Json;
  /** `added_tokens.json` */
  added: Json;
}

/** An added piece as a file has it, before it has its place among the pieces. */
interface Stated extends Omit<AddedPiece, 'id' | 'inVocabulary'> {
  id: number | undefined;
  file: string;
}

/** How BERT calls its special pieces; a tokenizer that calls them otherwise is another one. */
const SPECIAL_ROLES: Readonly<Record<string, string>> = {
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  mask_token: '[MASK]',
};

/**
 * Reads the pieces that were added to a tokenizer, and puts those that are new behind its own: `pieces` with them, and how each is looked for.
 *
 * `tokenizer.json` counts first, then `added_tokens_decoder`, `added_tokens.json` and the additional special tokens, as Hugging Face resolves them.
 *
 * @returns problems, one a piece, where ids contradict each other or a special piece has another name.
 */
export function readAddedPieces(
  pieces: readonly string[],
  files: AddedPieceFiles,
): { pieces: string[]; added: AddedPiece[]; problems: string[] } {
  const all = [...pieces];
  const added: AddedPiece[] = [];
  const problems = renamedRoles(files);
  for (const { file, id: statedId, ...stated } of statedPieces(files)) {
    const { content } = stated;
    if (added.some((piece) => piece.content === content)) continue;
    const own = pieces.lastIndexOf(content);
    const id = own >= 0 ? own : (statedId ?? all.length);
    const name = JSON.stringify(shorten(content));
    if (statedId !== undefined && statedId !== id) {
      problems.push(`${file} gives ${name} the id ${statedId}, and the vocabulary has it at ${id}`);
    } else if (own < 0 && (all[id] ?? '') !== '') {
      problems.push(
        `${file} gives ${name} the id ${id}, where ${JSON.stringify(shorten(all[id]!))} stands`,
      );
    } else if (!isId(id, pieces.length)) {
      problems.push(`${file} gives ${name} the id ${shorten(JSON.stringify(id))}`);
    } else {
      while (all.length < id) all.push('');
      all[id] = content;
      const isPlainSpecial =
        Vocabulary.specialPieces.includes(content) &&
        !stated.normalized &&
        !stated.singleWord &&
        !stated.leftStrip &&
        !stated.rightStrip;
      if (!isPlainSpecial) added.push({ ...stated, id, inVocabulary: own >= 0 });
    }
  }
  return { pieces: all, added, problems };
}

/** Says whether a number may be an added piece's id. Such ids follow the vocabulary closely: one far behind it is damage, and would take much memory. */
function isId(id: unknown, pieces: number): boolean {
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) < pieces + 100_000;
}

function renamedRoles({ settings, specials }: AddedPieceFiles): string[] {
  return Object.entries({
    'tokenizer_config.json': settings,
    'special_tokens_map.json': specials,
  }).flatMap(([file, holder]) =>
    Object.entries(SPECIAL_ROLES).flatMap(([role, expected]) => {
      const found = contentOf(holder[role]);
      return found === undefined || found === expected
        ? []
        : [`${file}: ${role} is ${JSON.stringify(shorten(found))}`];
    }),
  );
}

/** Lists every piece that a file states, the file that counts most first. */
function statedPieces({ tokenizer, settings, specials, added }: AddedPieceFiles): Stated[] {
  const additional = [
    ...listOf(specials['additional_special_tokens']),
    ...listOf(settings['additional_special_tokens']),
  ].flatMap((value) => contentOf(value) ?? []);
  const isSpecial = (content: string) =>
    additional.includes(content) || Vocabulary.specialPieces.includes(content);
  const decoder = Object.entries(record(settings['added_tokens_decoder']));
  const plain = (content: string, id: number | undefined, file: string): Stated => ({
    ...{ content, id, file, normalized: !isSpecial(content) },
  });
  return [
    ...listOf(tokenizer?.['added_tokens']).flatMap((value) =>
      statedPiece(value, record(value)['id'], 'tokenizer.json', isSpecial),
    ),
    ...decoder.flatMap(([id, value]) =>
      statedPiece(value, Number(id), 'tokenizer_config.json', isSpecial),
    ),
    ...Object.entries(added).map(([content, id]) =>
      plain(content, id as number, 'added_tokens.json'),
    ),
    ...additional.map((content) => plain(content, undefined, 'additional_special_tokens')),
  ];
}

function statedPiece(
  value: unknown,
  id: unknown,
  file: string,
  isSpecial: (content: string) => boolean,
): Stated[] {
  const token = record(value);
  const content = contentOf(value);
  if (content === undefined) return [];
  const normalized = token['normalized'] ?? !(token['special'] ?? isSpecial(content));
  return [
    {
      ...{ content, file, id: id as number | undefined },
      normalized: normalized === true,
      ...(token['single_word'] === true ? { singleWord: true } : {}),
      ...(token['lstrip'] === true ? { leftStrip: true } : {}),
      ...(token['rstrip'] === true ? { rightStrip: true } : {}),
    },
  ];
}

/** Reads a token's text, written alone or with its settings. */
function contentOf(value: unknown): string | undefined {
  const content = typeof value === 'string' ? value : record(value)['content'];
  return typeof content === 'string' && content !== '' ? content : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

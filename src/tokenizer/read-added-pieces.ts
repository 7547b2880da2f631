import { shorten } from '../messages/shorten';
import type { AddedPiece } from './added-pieces';
import { type JsonObject, objectOf } from './json-object';
import type { SettingFiles } from './setting-types';
import { Vocabulary } from './word-piece/vocabulary';

/** The files of a folder that state added pieces, parsed; an empty object for one that is not there. */
export interface AddedPieceFiles extends SettingFiles {
  /** `added_tokens.json` */
  added: JsonObject;
}

/** An added piece as a file has it, before it has its place among the pieces. */
interface Stated extends Omit<AddedPiece, 'id' | 'inVocabulary'> {
  id: number | undefined;
  file: string;
}

/** The special pieces of a kind of tokenizer, as its files call them. */
export interface SpecialRules {
  /** Names of the special pieces that every tokenizer of the kind has: they are no added pieces unless they are looked for in a way of their own. */
  readonly names: readonly string[];
  /** Name that a role, such as `cls_token`, must have where a file states it. */
  readonly roles: Readonly<Record<string, string>>;
}

/** How BERT calls its special pieces; a WordPiece tokenizer that calls them otherwise is another one. */
const BERT_SPECIALS: SpecialRules = {
  names: Vocabulary.specialPieces,
  roles: {
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    mask_token: '[MASK]',
  },
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
  specials = BERT_SPECIALS,
): { pieces: string[]; added: AddedPiece[]; problems: string[] } {
  const all = [...pieces];
  const added: AddedPiece[] = [];
  const problems = renamedRoles(files, specials);
  for (const { file, id: statedId, ...stated } of statedPieces(files, specials.names)) {
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
        specials.names.includes(content) &&
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

function renamedRoles({ settings, specials }: AddedPieceFiles, { roles }: SpecialRules): string[] {
  return Object.entries({
    'tokenizer_config.json': settings,
    'special_tokens_map.json': specials,
  }).flatMap(([file, holder]) =>
    Object.entries(roles).flatMap(([role, expected]) => {
      const found = contentOf(holder[role]);
      return found === undefined || found === expected
        ? []
        : [`${file}: ${role} is ${JSON.stringify(shorten(found))}`];
    }),
  );
}

/** Lists every piece that a file states, the file that counts most first. */
function statedPieces(
  { tokenizer, settings, specials, added }: AddedPieceFiles,
  names: readonly string[],
): Stated[] {
  const additional = [
    ...listOf(specials['additional_special_tokens']),
    ...listOf(settings['additional_special_tokens']),
  ].flatMap((value) => contentOf(value) ?? []);
  const isSpecial = (content: string) => additional.includes(content) || names.includes(content);
  const decoder = Object.entries(objectOf(settings['added_tokens_decoder']));
  const plain = (content: string, id: number | undefined, file: string): Stated => ({
    ...{ content, id, file, normalized: !isSpecial(content) },
  });
  return [
    ...listOf(tokenizer?.['added_tokens']).flatMap((value) =>
      statedPiece(value, objectOf(value)['id'], 'tokenizer.json', isSpecial),
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
  const token = objectOf(value);
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
export function contentOf(value: unknown): string | undefined {
  const content = typeof value === 'string' ? value : objectOf(value)['content'];
  return typeof content === 'string' && content !== '' ? content : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

import { shorten } from '../messages/shorten';
import type { AddedPiece } from './added-pieces';
import { type JsonObject, objectOf } from './json-object';
import type { SettingFiles } from './setting-types';

/** The files of a folder that state added pieces, parsed; an empty object for one that is not there. */
export interface AddedPieceFiles extends SettingFiles {
  /** `added_tokens.json` */
  added: JsonObject;
}

/** Special pieces by their role in `tokenizer_config.json` and `special_tokens_map.json`. */
const ROLES = ['unk_token', 'cls_token', 'sep_token', 'pad_token', 'mask_token'];
/** Place of a piece that only a role states. */
const ROLE = 'the role of a special piece';

/** An added piece as a file has it, before it has its place among the pieces. */
interface Stated extends Omit<AddedPiece, 'id' | 'inVocabulary'> {
  id: number | undefined;
  file: string;
}

/**
 * Reads the pieces that were added to a tokenizer, and puts those that are new behind its own: `pieces` with them, and how each is looked for.
 *
 * `tokenizer.json` counts first, then `added_tokens_decoder`, `added_tokens.json`, the additional special tokens and those of a role, such as
 * `mask_token`, as Hugging Face resolves them.
 *
 * @param specials names of the special pieces that the tokenizer has anyway: they are no added pieces unless they are looked for in a way of
 * their own.
 * @param usualMask name of the mask where no file calls it otherwise, in a folder without `tokenizer.json`; it takes the white space before
 * it unless a file says how it is looked for.
 * @returns problems, one a piece, where ids contradict each other.
 */
export function readAddedPieces(
  pieces: readonly string[],
  files: AddedPieceFiles,
  specials: readonly string[],
  usualMask?: string,
): { pieces: string[]; added: AddedPiece[]; problems: string[] } {
  const all = [...pieces];
  const added: AddedPiece[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { file, id: statedId, ...stated } of [
    ...statedPieces(files, specials),
    ...statedRoles(files, usualMask),
  ]) {
    const { content } = stated;
    if (added.some((piece) => piece.content === content)) continue;
    const own = pieces.lastIndexOf(content);
    // A role counts last; that a piece of a role is missing, the tokenizer's own reader says.
    if (file === ROLE && (own < 0 || seen.has(content))) continue;
    seen.add(content);
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
        specials.includes(content) &&
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

/** Lists the pieces that have a role. */
function statedRoles({ settings, specials }: AddedPieceFiles, usualMask?: string): Stated[] {
  const mask = settings['mask_token'] ?? specials['mask_token'] ?? usualMask;
  const values = ROLES.map((role) => settings[role] ?? specials[role]);
  if (usualMask !== undefined && typeof mask === 'string') {
    values.unshift({ content: mask, lstrip: true });
  }
  return values.flatMap((value) => statedPiece(value, undefined, ROLE, () => true));
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

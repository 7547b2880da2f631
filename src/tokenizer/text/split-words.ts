/** A word of a raw text: half-open UTF-16 code units. */
export interface WordRange {
  readonly start: number;
  readonly end: number;
}

const WORD_START = String.raw`[\p{L}\p{M}\p{N}_]`;
/** Within a word also soft hyphens and the joiners of Arabic and Indic scripts. */
const IN_WORD = String.raw`[\p{L}\p{M}\p{N}_\u00AD\u200C\u200D]`;
const LETTERS = String.raw`[\p{L}\p{M}\u00AD\u200C\u200D]`;
const APOSTROPHE = `['’]`;
const NEGATION = `[nN]${APOSTROPHE}[tT](?!${IN_WORD})`;
const CLITIC = `${APOSTROPHE}(?:[sSmMdD]|[rR][eE]|[vV][eE]|[lL][lL])(?!${IN_WORD})`;
/** Letters and digits up to a Chinese character or the n't that makes a word of its own. */
const REST_OF_PART = String.raw`(?:(?!\p{Script=Han}|(?<=\p{L})${NEGATION})${IN_WORD})*`;

/** A title, month or legal form: its point belongs to it, at the end of a sentence too. */
const ABBREVIATIONS =
  'Mr|Mrs|Ms|Mx|Dr|Prof|St|Sr|Jr|Rev|Hon|Gov|Sen|Rep|Gen|Col|Capt|Cpt|Lt|Sgt|Maj|Adm|Inc|Corp|Co|Ltd|Bros|Dept|Univ|Assn|' +
  'Ave|Blvd|Mt|Ft|vs|etc|approx|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|' +
  'Hr|Fr|Str|Nr|Tel|Abs|Abt|Bd|Mio|Mrd|Jh|bzw|ca|usw|vgl|evtl|ggf|inkl|exkl|bzgl|zzgl|geb|gest|sog';
/** An abbreviation only before a number: `No. 5`, but `No.` */
const NUMBERED = 'No|Nos|Fig|Figs|Vol|Art|pp|Eq|Sec';

/**
 * The kinds of words, the first that matches where the text stands wins.
 *
 * They follow the corpora that taggers are trained on: the Penn Treebank and Universal Dependencies for English (clitics are
 * words), CoNLL-2003 and GermEval for hyphens (`EU-Kommission` is one word), WNUT for URLs, mentions, hashtags and emoji.
 */
const RULES: readonly string[] = [
  // Web and mail addresses; sentence punctuation behind them is not theirs.
  String.raw`(?:https?|ftp)://[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]}…]`,
  String.raw`www\.[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]}…]`,
  String.raw`[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]*[\p{L}\p{N}])+`,
  // @mention, #hashtag
  String.raw`(?<![\p{L}\p{N}_])[@#]${IN_WORD}+`,
  // Emoji: a flag, a keycap, or pictographs joined by U+200D, with their skin tones and tags.
  String.raw`\p{Regional_Indicator}{2}`,
  String.raw`[0-9#*]\uFE0F?\u20E3`,
  String.raw`\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}\u{E0020}-\u{E007F}]*(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*)*`,
  // Emoticons: :-) ;) :D :'( <3
  String.raw`(?<![\p{L}\p{N}])[:;=]['’]?-?[()\[\]DPpOo|/\\*](?![\p{L}\p{N}/])`,
  String.raw`<3(?!\p{N})`,
  // One Chinese character.
  String.raw`\p{Script=Han}\p{M}*`,
  // U.S., z.B., p.m.: letters with a point each.
  String.raw`(?<![\p{L}\p{N}])(?:\p{L}\.){2,}(?![\p{L}\p{N}])`,
  // J. of "J. Smith": an initial before a name.
  String.raw`(?<![\p{L}\p{N}.])(?!I)\p{Lu}\.(?=\s+\p{Lu})`,
  String.raw`(?<![\p{L}\p{N}])(?:${ABBREVIATIONS})\.(?!\.)`,
  String.raw`(?<![\p{L}\p{N}])(?:${NUMBERED})\.(?=\s*\p{N})`,
  // English clitics, joined to their word or not: n't, 's, 'm, 'd, 're, 've, 'll.
  String.raw`(?<=${IN_WORD}|\s)${NEGATION}`,
  String.raw`(?<=[\p{L}\p{N}.\s])${CLITIC}`,
  // Letters and digits with what may stand inside a word:
  //   . , : / between digits (3,400.50, 10:30, 24/7), a point before a small letter or digit (paulhastings.com) or between
  //   single capitals (U.S), & between capitals (AT&T), hyphens, and apostrophes unless a clitic begins (O'Neal).
  String.raw`(?!\p{Script=Han})${WORD_START}${REST_OF_PART}` +
    String.raw`(?:(?:(?<=\p{N})[.,:/](?=\p{N})|\.(?=[\p{Ll}\p{N}])|(?<=(?<![\p{L}\p{N}])\p{Lu})\.(?=\p{Lu}(?![\p{L}\p{N}]))` +
    String.raw`|(?<=\p{Lu})&(?=\p{Lu})|[-‐‑](?=[\p{L}\p{N}])|(?!${CLITIC})${APOSTROPHE}(?=\p{L}))${REST_OF_PART})*` +
    // The German "Nord- und Ostsee": the hyphen stands for what follows.
    String.raw`(?:(?<=${LETTERS})-(?=\s+(?:und|oder|bzw|bis|sowie)\b))?`,
  // Runs of exclamation and question marks, and of one sign: ... -- $$$ ****
  String.raw`[!?]+`,
  String.raw`([.\-–—=*#$~<>+^|'` + '`' + String.raw`\\])\1+`,
  // Any other visible character, with its marks.
  String.raw`[^\s\p{Cc}\p{Cf}\uFFFD]\p{M}*`,
];

const WORD = new RegExp(RULES.join('|'), 'gu');

/**
 * Splits raw text into words as NER corpora do; white space and invisible characters are between words.
 *
 * The ranges are sorted and disjoint, and every visible character is in one.
 */
export function splitWords(text: string): WordRange[] {
  const words: WordRange[] = [];
  for (let word = findWord(text, 0); word; word = findWord(text, word.end)) words.push(word);
  return words;
}

/** Finds the first word at or behind `from`, the end of a word or the beginning of one. */
export function findWord(text: string, from: number): WordRange | undefined {
  WORD.lastIndex = from;
  const match = WORD.exec(text);
  return match ? { start: match.index, end: match.index + match[0].length } : undefined;
}

/** Code units in front of a word that may decide where it ends: no rule looks further back than two characters. */
export const LOOKS_BACK = 4;

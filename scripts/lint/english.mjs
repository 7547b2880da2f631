/** Words that no noun phrase begins with: a field's comment that begins with one is a fragment. */
const FRAGMENT_OPENERS = words(`
  of in by at with without for from to on per between below above under until since before after beside behind beyond
  through via against among within and or but so if because while when whenever unless as than
  what where which who whose how why that those it they this these only not never once also always already still
  may must can will shall should absent present undefined empty set awaited looked leave`);

/** Verbs in the third person that are no nouns: they begin the comment of a function, not of a value. */
const VERBS = words(`
  adds accepts asks becomes begins brings clips comes creates decides declares does finds fetches forgets gets gives goes grows
  has hears holds is keeps lets lies makes opens overrides puts reads removes resolves says serves stands stays stores sums takes
  tells throws turns waits wants writes`);

/** Plural nouns and other words in -s that are no verbs. */
const NO_VERBS = words(`
  rows words pieces bytes entities sentences lines ids columns gradients findings lengths weights tensors tasks bands kernels
  tiles products operations milliseconds seconds phrases ours zeros parts indices jobs arrays shards generations progress
  folders settings errors ties colours files spans values batches logits results options offsets moments heads layers
  windows models encoders epochs workers threads buffers messages parameters fields characters always as its this thus
  perhaps besides less across yes`);

/** Words in -s that are a verb before an object ("Names the file") and a noun before these ("Names of files"). */
const EITHER = words(
  'names labels numbers bounds hashes tags changes keys scores counts streams splits marks steps forms',
);
const AFTER_A_NOUN = words(
  'of that which in by at are is below above so from with without behind for over on whose',
);

/** Verbs that a sentence's main clause may have. */
const FINITE = new Set([
  ...VERBS,
  ...words(`
    are was were had have can could may might must will would shall should do did cost costs say stand go become stay begin
    end ends come came take get keep tell hold give need needs make lie count counts read run runs use uses write remain
    wait ask separate separates follow follows find shows show states stops fails knows sees means works changes differs
    leaves ends serves builds last lasts went overlap work`),
]);

/** Words before a noun: `a run`. */
const DETERMINERS = words('a an the this each every no its their our');

/** Verbs that make one with the next: `may cost`. */
const MODALS = words('can could may might must will would shall should');

/** Words that begin a clause inside a sentence, whose verb is not the sentence's own. */
const SUBORDINATE = words(`
  that which who whose whom what where when whenever while if unless until before after since because as once how why than
  whatever whoever wherever whether`);

/**
 * Tells whether the comment of a value begins with a word that no noun phrase begins with.
 * @param {string} comment @param {boolean} isCallback a function is the value: it may say what it does, or when it is called
 */
export function beginsAsFragment(comment, isCallback) {
  const first = firstWord(comment).toLowerCase();
  return FRAGMENT_OPENERS.has(first) || (!isCallback && VERBS.has(first));
}

/**
 * Tells whether the comment of a function begins with a verb in the third person ("Reads"). A formula may begin it too: whatever
 * does not look like an English word.
 * @param {string} comment
 */
export function beginsWithVerb(comment) {
  const first = firstWord(comment);
  if (!/^(?:A|I|[A-Z][\w’'-]+)$/.test(first)) return true;
  const [, second = ''] = comment.toLowerCase().split(/\s+/);
  const word = first.toLowerCase();
  if (EITHER.has(word) && AFTER_A_NOUN.has(second)) return false;
  return /[a-z]s$/.test(first) && !/[’']s$/.test(first) && !NO_VERBS.has(word);
}

/**
 * Finds the sentences of a comment that begin with Of, That, Those, What or Where and have no main clause: `What a kernel takes.`,
 * but not `What a kernel takes is copied.` It counts verbs, and after Of and Where it looks for the main clause behind a comma.
 * @param {string} comment one paragraph
 * @returns {string[]}
 */
export function fragments(comment) {
  const sentences = comment.split(/(?<=[.!?]['")]?)\s+(?=[A-Z`])|\s+(?=@\w+ )/);
  return sentences.filter((sentence, index) => {
    const opener = /^(Of|That|Those|What|Where)\b/.exec(sentence)?.[1];
    const [main = ''] = sentence.split(/[:;]|\s\(/);
    switch (opener) {
      case 'Of':
      case 'Where':
        return !main.split(',').slice(1).some(isMainClause);
      case 'What':
        return ownVerbs(main.slice(opener.length)) < 2;
      case 'Those':
        return index === 0 || ownVerbs(main) < 1;
      case 'That': // a pronoun where a sentence stands before it
        return index === 0 || !isVerb(main.split(/\s+/)[1] ?? '');
      default:
        return false;
    }
  });
}

/** @param {string} clause */
function isMainClause(clause) {
  return !/^\s*(and|or|but)\b/.test(clause) && ownVerbs(clause) > 0;
}

/** Counts the verbs of a clause that belong to no clause inside it. @param {string} clause */
function ownVerbs(clause) {
  const all = clause
    .replace(/\bas \w+ as\b/g, 'when')
    .replace(/\b(before|after|since|once)\s*$/, '')
    .split(/\s+/)
    .map(bare)
    .filter(Boolean);
  const verbs = all.filter(
    (word, at) =>
      !MODALS.has(all[at - 1] ?? '') &&
      !DETERMINERS.has(all[at - 1] ?? '') &&
      (FINITE.has(word) || isVerbBefore(word, all[at + 1])),
  );
  const inner = all.filter((word, at) => SUBORDINATE.has(word) && !(at === 0 && word === 'that'));
  return verbs.length - inner.length;
}

/** Tells a verb by what follows: `states is`. @param {string} word @param {string | undefined} next */
function isVerbBefore(word, next) {
  return /[^s’']s$/.test(word) && /^(is|was|has|must|may|can)$/.test(next ?? '');
}

/** @param {string} word */
function isVerb(word) {
  return FINITE.has(bare(word)) || /[^s]s$/.test(bare(word));
}

/** @param {string} word */
function bare(word) {
  return word.replace(/^[("'`]+|[)"'`.,:;!?]+$/g, '').toLowerCase();
}

/** @param {string} comment */
function firstWord(comment) {
  return (comment.split(/\s+/)[0] ?? '').replace(/[.,:;]+$/, '');
}

/** @param {string} list */
function words(list) {
  return new Set(list.trim().split(/\s+/));
}

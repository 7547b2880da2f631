/** Sentences written for these tests; `[PER Ada]` marks an entity. Names recur, so that a tiny random encoder can learn them in a minute. */
const train = `
[PER Ada Lovelace] wrote to [PER Babbage] from [LOC Ockham Park] .
[PER Babbage] answered from [LOC London] within a week .
The letter reached [LOC Paris] before the end of March .
[PER Clara] took the night train from [LOC Vienna] to [LOC Trieste] .
[ORG Trinity College] sent two scholars to [LOC Cork] .
The board of [ORG Northern Rail] met in [LOC York] on Monday .
[PER Ada Lovelace] never visited [LOC Trieste] .
[ORG Northern Rail] sold its old carriages to [ORG Alpine Lines] .
[ORG Alpine Lines] runs three trains a day between [LOC Vienna] and [LOC Trieste] .
Rain fell on [LOC London] and nobody complained .
In [LOC Cork] the market opens at six .
[PER Clara] and [PER Babbage] met in [LOC Paris] by chance .
The museum lent the engine to [ORG Trinity College] .
[PER Tomas Vale] wrote the minutes for [ORG Alpine Lines] .
Nobody at [ORG Northern Rail] had heard of [PER Tomas Vale] .
[PER Tomas Vale] left [LOC Vienna] in the spring .
The bridge in [LOC York] was closed for repairs .
Flour , sugar and two eggs make a small cake .
She read the notebook twice and put it away .
The match ended without a goal .
[PER Clara] wrote to [ORG Trinity College] about the engine .
[ORG Alpine Lines] opened an office in [LOC London] .
From [LOC York] the road climbs to the moor .
[PER Babbage] sold his shares in [ORG Northern Rail] .
The harbour of [LOC Trieste] was full of ships .
A ship from [LOC Cork] brought butter and wool .
[PER Ada Lovelace] met [PER Clara] at the museum in [LOC London] .
The minutes say that [PER Tomas Vale] was absent .
[ORG Trinity College] elected a new provost in June .
[LOC Paris] was quiet on Sunday .
The train to [LOC Vienna] leaves at nine .
Two engineers of [ORG Alpine Lines] moved to [LOC York] .
The weather will be dry until Thursday .
Bring a pencil and two sheets of paper .
[PER Babbage] drew the plan and [PER Ada Lovelace] checked it .
The council of [LOC Cork] thanked [PER Clara] .
[ORG Northern Rail] and [ORG Alpine Lines] share a station in [LOC Paris] .
He told [PER Tomas Vale] about the night train .
[LOC Trieste] lies by the sea .
The provost of [ORG Trinity College] wrote to [PER Babbage] .
`;

const dev = `
[PER Clara] wrote to [PER Ada Lovelace] from [LOC Trieste] .
[PER Tomas Vale] answered from [LOC Cork] within a week .
The board of [ORG Alpine Lines] met in [LOC Vienna] on Monday .
[ORG Trinity College] sent two engineers to [LOC Paris] .
Rain fell on [LOC York] and nobody complained .
The museum lent the notebook to [ORG Northern Rail] .
[PER Babbage] left [LOC London] in the spring .
A small cake needs sugar and two eggs .
The train to [LOC Cork] leaves at six .
[PER Ada Lovelace] and [PER Tomas Vale] met in [LOC London] by chance .
`;

const marked = /\[([A-Z]+) ([^\]]+)\]|(\S+)/gu;

/** The marked sentences as a two-column IOB2 file. */
function writeColumns(sentences: string): string {
  const rows = sentences
    .trim()
    .split('\n')
    .map((sentence) =>
      [...sentence.matchAll(marked)]
        .flatMap(([, label, entity, word]) =>
          entity === undefined
            ? [`${word}\tO`]
            : entity.split(' ').map((part, i) => `${part}\t${i ? 'I' : 'B'}-${label}`),
        )
        .join('\n'),
    );
  return `${rows.join('\n\n')}\n`;
}

export const smallCorpus = {
  'letters.train.conll': writeColumns(train),
  'letters.dev.conll': writeColumns(dev),
};

/** Every word and letter of the corpus: a vocabulary for a tiny uncased encoder. */
export function smallVocabulary(): string[] {
  const words = `${train}${dev}`.replaceAll(/\[[A-Z]+ |\]/gu, '').matchAll(/\S+/gu);
  return vocabularyOf([...words].map(([word]) => word));
}

/** A vocabulary for an uncased encoder that reads these words whole and any other by its letters. */
export function vocabularyOf(words: readonly string[]): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return [
    ...new Set([
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      '[MASK]',
      ...letters,
      ...letters.map((letter) => `##${letter}`),
      ...words.map((word) => word.toLowerCase()),
    ]),
  ];
}

import { latin1 } from './column-file';

/** Invented sentences in the form of each corpus that the studio must read. */

/** CoNLL-2003 English: word, part of speech, chunk, entity; IOB1; a document line before each document. */
export const conll2003English = `-DOCSTART- -X- -X- O

Ada NNP I-NP I-PER
Byrne NNP I-NP I-PER
visited VBD I-VP O
Lake NNP I-NP I-LOC
Orla NNP I-NP I-LOC
. . O O

Orla NNP I-NP I-LOC
Kiel NNP B-NP B-LOC
and CC O O
# # I-NP O
5 CD I-NP O

-DOCSTART- -X- -X- O

Fenwick NNP I-NP I-ORG
won VBD I-VP O
. . O O

`;

/** CoNLL-2003 German: word, lemma, part of speech, chunk, entity; IOB1; Latin-1. */
export const conll2003German = latin1(`-DOCSTART- -X- -X- -X- O

J\u00fcrgen J\u00fcrgen NE I-NC I-PER
M\u00f6ller M\u00f6ller NE I-NC I-PER
reist reisen VVFIN I-VC O
nach nach APPR I-PC O
K\u00f6ln K\u00f6ln NE I-PC I-LOC
. . $. O O

Das der ART I-NC O
\u00e4rgert \u00e4rgern VVFIN I-VC O
Kiel Kiel NE I-NC I-LOC
. . $. O O

`);

/** Two columns, CRLF, a byte order mark, no empty line at the end. */
export const twoColumnsCrlf =
  '\uFEFFAnna\tB-PER\r\nBerg\tI-PER\r\nlacht\tO\r\n\r\nKiel\tB-LOC\r\nlacht\tO';

/** GermEval 2014: comment of TAB, source, TAB, date; index, word, outer, inner. */
export const germEval = `#\thttp://example.org/a\t[2010-01-01]\t
1\tDer\tO\tO
2\tKieler\tB-ORG\tB-LOCderiv
3\tSee\tI-ORG\tI-LOC
4\tRuderverein\tI-ORG\tO
5\t#\tO\tO

#\thttp://example.org/b\t[2010-01-02]\t
1\tAnna\tB-PER\tO
2\tlacht\tO\tO\t

`;

/** Universal NER: comments after \`# \`; index, word, tag, a dash, annotator. */
export const universalNer = `# newdoc id = one
# sent_id = one-1
# text = Ada likes # 5
1\tAda\tB-PER\t-\tmara
2\tlikes\tO\t-\t-
3\t#\tO\t-\t-
4\t5\tO\t-\t-

# newdoc id = two
# sent_id = two-1
# text = Lake Orla
1\tLake\tB-LOC\t-\tmara
2\tOrla\tI-LOC\t-\tmara

`;

/** MobIE: four columns by TAB, but document lines by spaces; hashtags; an I- that follows O. */
export const mobie = `-DOCSTART- -672197903662907392- O O

#Kiel\tNE\tI-NE\tB-location-city
:\t$.\tI-$.\tO
Linie\tNN\tI-NN\tO
7\tCARD\tI-CA\tI-location-route
#Stau\tNN\tI-NN\tB-trigger

-DOCSTART- -1108769340525027328/e00d87a30bd20946- O O

Alles\tPIS\tI-PI\tO
gut\tADJD\tI-AD\tO

`;

/** WNUT-17: blank lines that hold one TAB; the word \`#\`; words that show nothing. */
export const wnut = `@ada\tO
likes\tO
Lake\tB-location
Orla\tI-location
\t
#\tO
1\tO
\uFEFF\tO
\u200B\tO
#ada\tB-person
\t
`;

/** Europeana Newspapers: word, space, tag; comments between rows instead of empty lines; rows that are damaged. */
export const europeana = `# file:\t\tF_1
# sbb url:\thttp://example.org/1
Frau O
Anna B-PER
Berg I-PER
aus O
Kiel  B-LOC
# O
50 000 O
worden
Berlin B_LOC
 O
# file:\t\tF_2
Kiel B-LOC
. O
`;

/** A tag before each word, as the MIT restaurant corpus writes. */
export const tagFirst = `O\ta
B-Rating\tfour
I-Rating\tstar
O\tplace

B-Dish\tsoup
O\tplease
`;

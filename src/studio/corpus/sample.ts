import { fetchPageFile, reach } from '../../browser/page-file';
import type { SplitName } from '../../ner/sentence';

/** A corpus that comes with the page, and sentences to watch that are in none of its splits. */
export interface Sample {
  language: string;
  files: Record<SplitName, string>;
  pinned: readonly string[];
}

export const SAMPLES: readonly Sample[] = [
  {
    language: 'English',
    files: {
      train: 'english.train.conll',
      dev: 'english.dev.conll',
      test: 'english.test.conll',
    },
    pinned: [
      'Next spring Amara Lindqvist moves from Bristol to Oslo to work for the Red Cross.',
      'Jordan asked whether the turkey from Turkey would reach Washington by May.',
    ],
  },
  {
    language: 'German',
    files: { train: 'german.train.conll', dev: 'german.dev.conll', test: 'german.test.conll' },
    pinned: [
      'Im Herbst zieht Amara Lindqvist von Bremen nach Wien und arbeitet dort beim Roten Kreuz.',
      'Herr Koch aus Essen hat beim Essen in Weimar von einem Wolf erzählt.',
    ],
  },
];

/** Fetches a sample's files from beside the page. @throws PageFileError where the page is no longer being served. */
export async function fetchSample({ language, files }: Sample): Promise<File[]> {
  return Promise.all(
    Object.values(files).map(async (name) => {
      const what = `the ${language} sample`;
      const response = await fetchPageFile(new URL(`sample/${name}`, document.baseURI), what);
      return new File([await reach(what, undefined, () => response.blob())], name);
    }),
  );
}

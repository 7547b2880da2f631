import type { ColumnFormat } from '../format/column-format';
import type { ColumnLayout } from '../format/row-scanner';

/** Layout that was detected: all of a format but its encoding, its scheme and how its tags are written. */
export type FoundLayout = ColumnLayout &
  Pick<
    Required<ColumnFormat>,
    'hasHeader' | 'indexColumn' | 'sentenceColumn' | 'sentenceEnd' | 'tagTakesRest'
  >;

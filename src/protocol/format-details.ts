/** What a format means where it is silent, for the page: studio takes no values from data itself. */
export { completeFormat, plainDetails, separators } from '../data/column-format';

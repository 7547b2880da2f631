/** Plain details of a format, for the page: studio takes no values from data itself. */
export { completeFormat, plainDetails, separators } from '../data/format/column-format';

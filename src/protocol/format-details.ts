/** Plain details of a format, for the page: studio takes no values from data itself. */
export { asColumns, completeFormat, PLAIN_DETAILS, SEPARATORS } from '../data/format/column-format';

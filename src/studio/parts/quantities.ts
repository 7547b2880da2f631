const counts = new Intl.NumberFormat('en-US');
/** A number and its unit stay on one line. */
const GAP = '\u00a0';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `23,124`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 sentence`, `23,124 sentences`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `640 bytes`, `45.4 MB`, `1.1 GB`: decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return countOf(Math.round(bytes), 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(value < 100 ? 1 : 0)}${GAP}${units[step - 1] ?? ''}`;
}

/** Formats an exact duration: `8 s`, `3 min 10 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}${GAP}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}${GAP}min ${whole % 60}${GAP}s`;
  return `${Math.floor(whole / 3600)}${GAP}h ${Math.floor((whole % 3600) / 60)}${GAP}min`;
}

/** Formats an expected duration, rounded: `17 seconds`, `14 minutes`, `3.5 hours`. */
export function roughDuration(seconds: number): string {
  if (seconds < 20) return countOf(Math.max(1, Math.round(seconds)), 'second');
  if (seconds < 50) return `${Math.round(seconds / 5) * 5} seconds`;
  if (seconds < 90 * 60) return countOf(Math.max(1, Math.round(seconds / 60)), 'minute');
  return `${(seconds / 3600).toFixed(1)} hours`;
}

/** `8.4 ms`, `240 ms`, `1.2 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)}${GAP}s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)}${GAP}ms`;
}

/** Formats a score between 0 and 1: `0.861`. */
export function formatScore(score: number): string {
  return score.toFixed(3);
}

/** `5 × 10⁻⁵`, `3.2 × 10⁻⁶`; 0 is `0`. */
export function formatPower(value: number): string {
  if (value === 0) return '0';
  const [mantissa = '0', exponent = '0'] = value.toExponential(1).split('e');
  const digits = Math.abs(Number(exponent))
    .toString()
    .replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
  return `${mantissa.replace('.0', '')} × 10${Number(exponent) < 0 ? '⁻' : ''}${digits}`;
}

/** `23 Nov 2026, 14:05`, in the clock of this computer. */
export function formatMoment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
}

/** `train`, `train and dev`, `train, dev and test`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** How CodeMirror writes that it draws ten thousand letters of a wrapped line on either side of the view. It has no option for that. */
const FAR = '10000 /* LG.MarginWrap */';
const NEAR = '2000 /* LG.MarginWrap */';

/**
 * Lets CodeMirror draw two thousand letters of a long line beyond the view, as it does where lines are not wrapped: the browser lays out
 * all that is drawn of a line at each key, and with ten thousand letters a key takes several times as long.
 *
 * It belongs among the plugins of the build, and among those that prepare packages (`optimizeDeps.rolldownOptions`).
 * @returns {import('vite').Plugin}
 */
export function nearLineGaps() {
  return {
    name: 'near-line-gaps',
    transform: {
      filter: { id: /@codemirror\/view\/dist\/index\.js/ },
      handler(code) {
        if (!code.includes(FAR)) {
          throw new Error(
            `@codemirror/view no longer says "${FAR}": see how it bounds what is drawn of a long line, and bench/try-long.`,
          );
        }
        return { code: code.replace(FAR, NEAR), map: null };
      },
    },
  };
}

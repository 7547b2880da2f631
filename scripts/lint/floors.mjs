import { relative, resolve, sep } from 'node:path';
import { root } from '../process.mjs';

/**
 * A floor of the house. It imports from itself and from floors before it, except those in `never`; where `valuesFrom` is given,
 * it takes only types (`import type`) from other floors.
 * @typedef {{ name: string; never?: string[]; valuesFrom?: string[] }} Floor
 */

/**
 * Makes the lint rule that keeps files on their floors. It sees every form of import: `import`, `export … from`, `import()` and
 * `import('…')` in a type, by the file it resolves to.
 * @param {readonly Floor[]} floors from the ground up
 * @param {Readonly<Record<string, string[]>>} owners package (a `*` at its end stands for anything) → floors that may import it
 * @returns {import('eslint').Rule.RuleModule}
 */
export function floorsRule(floors, owners) {
  return {
    meta: {
      type: 'problem',
      schema: [],
      docs: { description: 'A file imports only from its own floor and from floors below it.' },
    },
    create(context) {
      const from = placeOf(context.filename);
      if (!from) return {};
      /** @param {any} source @param {boolean} typeOnly */
      const check = (source, typeOnly) => {
        if (typeof source?.value !== 'string') return;
        const reason = source.value.startsWith('.')
          ? refuseFile(from, placeOf(resolve(context.filename, '..', source.value)), typeOnly)
          : refusePackage(from, source.value);
        if (reason)
          context.report({ node: source, message: `${reason} (ARCHITECTURE.md, Floors).` });
      };
      /** @param {any} node */
      const checkDeclaration = (node) =>
        check(node.source, (node.importKind ?? node.exportKind) === 'type');
      return {
        ImportDeclaration: checkDeclaration,
        ExportNamedDeclaration: checkDeclaration,
        ExportAllDeclaration: checkDeclaration,
        ImportExpression: (node) => check(node.source, false),
        /** @param {any} node */
        TSImportType: (node) => check(node.source, true),
      };
    },
  };

  /** @param {string} from @param {string | undefined} to @param {boolean} typeOnly */
  function refuseFile(from, to, typeOnly) {
    if (!to || to === from) return undefined;
    if (to === 'cli' || to === 'workers')
      return `${from}/ may not import from ${to}/: nothing does`;
    if (from === 'cli') {
      return to === 'protocol' && typeOnly
        ? undefined
        : 'cli/ drives the built page: it takes only types, and only from protocol/';
    }
    if (from === 'workers') {
      return to === 'studio' || to === 'ui' ? `workers/ may not import from ${to}/` : undefined;
    }
    const own = floors.findIndex(({ name }) => name === from);
    const other = floors.findIndex(({ name }) => name === to);
    const { never = [], valuesFrom = [to] } = floors[own] ?? {};
    if (other > own || never.includes(to)) return `${from}/ may not import from ${to}/`;
    if (!typeOnly && !valuesFrom.includes(to)) {
      return `${from}/ takes only types from ${to}/ (import type): no machine learning in the page bundle`;
    }
    return undefined;
  }

  /** @param {string} from @param {string} name */
  function refusePackage(from, name) {
    for (const [owned, by] of Object.entries(owners)) {
      const prefix = owned.replace(/\*$/, '');
      const matches = owned.endsWith('*')
        ? name.startsWith(prefix)
        : name === owned || name.startsWith(`${owned}/`);
      if (matches && !by.includes(from))
        return `${owned} may be imported only in ${by.join('/, ')}/, not in ${from}/`;
    }
    return undefined;
  }

  /** The floor of a file, or `workers` or `cli`; undefined where the rule does not look (tests, scripts, main.ts). @param {string} path */
  function placeOf(path) {
    const [top = '', floor = ''] = relative(root, path).split(sep);
    if (top === 'workers') return top;
    return top === 'src' && (floor === 'cli' || floors.some(({ name }) => name === floor))
      ? floor
      : undefined;
  }
}

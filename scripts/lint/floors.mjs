import { relative, resolve, sep } from 'node:path';
import { root } from '../process.mjs';

/**
 * A floor of the house: a folder, or a file where the name ends in `.ts`. Floors stand in a list, from the ground up, and a floor
 * imports from itself and from floors before it.
 * @typedef {object} Floor
 * @property {string} name its folder or file
 * @property {string[]} [from] floors that it may import from; all before it, unless given
 * @property {string[]} [never] floors before it that it may not import from all the same
 * @property {string[]} [valuesFrom] floors that it may take values from; from the others only types (`import type`)
 * @property {Floor[]} [inner] floors inside its folder, from the ground up; what is not listed stands on top of them
 */

/**
 * Makes the lint rule that keeps files on their floors. It sees every form of import: `import`, `export … from`, `import()` and
 * `import('…')` in a type, by the file it resolves to. Two files meet at the innermost folder that holds both: the floors there decide.
 * @param {readonly Floor[]} floors of `src/`, from the ground up, and `workers`
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
      if (!floorNamed(floors, from[0])) return {};
      /** @param {any} source @param {boolean} typeOnly */
      const check = (source, typeOnly) => {
        if (typeof source?.value !== 'string') return;
        const reason = source.value.startsWith('.')
          ? refuseFile(from, placeOf(resolve(context.filename, '..', source.value)), typeOnly)
          : refusePackage(from[0] ?? '', source.value);
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

  /** @param {string[]} from @param {string[]} to @param {boolean} typeOnly */
  function refuseFile(from, to, typeOnly) {
    if (!floorNamed(floors, to[0])) return undefined; // outside the house: `main.ts`, assets
    /** @type {readonly Floor[]} */
    let storey = floors;
    const shared = [];
    for (let depth = 0; ; depth++) {
      const own = floorNamed(storey, from[depth]);
      const other = floorNamed(storey, to[depth]);
      if (own !== other || !own)
        return refuseFloor(storey, own, other, { from, to, shared }, typeOnly);
      if (!own.inner) return undefined;
      storey = own.inner;
      shared.push(own.name);
    }
  }

  /**
   * @param {readonly Floor[]} storey @param {Floor | undefined} own @param {Floor | undefined} other
   * @param {{ from: string[]; to: string[]; shared: string[] }} way @param {boolean} typeOnly
   */
  function refuseFloor(storey, own, other, { from, to, shared }, typeOnly) {
    if (!own) return undefined; // on top of the storey: it takes from all of it
    const [here, there] = [from, to].map((place) => nameOf(place, shared.length));
    if (!other || storey.indexOf(other) > storey.indexOf(own))
      return `${here} may not import from ${there}`;
    const { from: allowed = [other.name], never = [], valuesFrom = [other.name] } = own;
    if (!allowed.includes(other.name) || never.includes(other.name))
      return `${here} may not import from ${there}`;
    return typeOnly || valuesFrom.includes(other.name)
      ? undefined
      : `${here} takes only types from ${there} (import type): no machine learning in the page bundle`;
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
}

/**
 * Lists the folders below a storey that no floor is named after.
 * @param {readonly Floor[]} storey
 * @param {(folder: string) => readonly string[]} foldersIn names of the folders in a folder, '' for the storey's own
 * @param {string} [path]
 * @returns {string[]}
 */
export function unplannedFolders(storey, foldersIn, path = '') {
  return foldersIn(path).flatMap((name) => {
    const folder = path ? `${path}/${name}` : name;
    const floor = floorNamed(storey, name);
    if (!floor) return [folder];
    return floor.inner ? unplannedFolders(floor.inner, foldersIn, folder) : [];
  });
}

/** @param {readonly Floor[]} storey @param {string | undefined} name */
function floorNamed(storey, name) {
  return storey.find((floor) => floor.name === name);
}

/** The steps from the house to a file: `src/engine/ops/gelu` → `engine`, `ops`, `gelu.ts`. @param {string} path */
function placeOf(path) {
  const [top = '', ...steps] = relative(root, path).split(sep);
  const place = top === 'src' ? steps : [top, ...steps];
  const file = place.pop() ?? '';
  return [...place, /\.\w+$/.test(file) ? file : `${file}.ts`];
}

/** Names the floor of a place in a storey for a sentence: `engine/webgpu/`, or the file. @param {string[]} place @param {number} depth */
function nameOf(place, depth) {
  const steps = place.slice(0, depth + 1);
  return depth + 1 < place.length ? `${steps.join('/')}/` : steps.join('/');
}

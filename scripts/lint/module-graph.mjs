import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/**
 * A module of the sources: the modules that it imports (types too), and the names that it exports as its own.
 * @typedef {{ imports: string[]; exports: string[] }} Module
 */

/**
 * Reads the modules of some folders, `.ts` and `.svelte`, by their paths below `root`; AssemblyScript is left out.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Map<string, Module>}
 */
export function readModules(root, folders) {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      relative(root, join(root, folder, path))
        .split(sep)
        .join('/'),
    ),
  );
  const sources = paths.filter((path) => /\.(ts|svelte)$/.test(path) && !/\/assembly\//.test(path));
  return graphOf(new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
}

/**
 * Makes the module graph of source texts by path. A relative import must reach one of them, or a file beside them.
 * @param {ReadonlyMap<string, string>} sources
 * @returns {Map<string, Module>}
 */
export function graphOf(sources) {
  return new Map(
    [...sources].map(([path, text]) => {
      const source = ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.Latest);
      const imports = specifiersOf(source)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => resolvePath(sources, path, specifier))
        .filter((target) => target !== undefined);
      return [path, { imports: [...new Set(imports)], exports: exportsOf(source) }];
    }),
  );
}

/**
 * Finds import circles: for each import that is part of one, the shortest, each circle once.
 * @param {ReadonlyMap<string, Pick<Module, 'imports'>>} modules
 * @returns {string[][]} paths in the order of their imports, the first again at the end
 */
export function findCircles(modules) {
  const found = new Map();
  for (const [start, { imports }] of modules) {
    for (const next of imports) {
      const way = shortestWay(modules, next, start);
      if (!way) continue;
      const first = way.indexOf([...way].sort()[0] ?? '');
      const circle = [...way.slice(first), ...way.slice(0, first)];
      found.set(circle.join(), [...circle, circle[0] ?? '']);
    }
  }
  return [...found.values()];
}

/**
 * Finds the names that more than one module exports as its own.
 * @param {ReadonlyMap<string, Pick<Module, 'exports'>>} modules
 * @returns {Map<string, string[]>} name → the modules' paths
 */
export function findTwins(modules) {
  /** @type {Map<string, string[]>} */
  const homes = new Map();
  for (const [path, { exports }] of modules) {
    for (const name of exports) homes.set(name, [...(homes.get(name) ?? []), path]);
  }
  return new Map([...homes].filter(([, paths]) => paths.length > 1).sort());
}

/**
 * Finds the shortest way along imports.
 * @param {ReadonlyMap<string, Pick<Module, 'imports'>>} modules @param {string} from @param {string} to
 * @returns {string[] | undefined} from `to`, over `from`, to the last module before `to`
 */
function shortestWay(modules, from, to) {
  if (from === to) return [to];
  const cameFrom = new Map([[from, to]]);
  for (const path of cameFrom.keys()) {
    for (const next of modules.get(path)?.imports ?? []) {
      if (next === to) {
        const way = [path];
        while (way[0] !== to) way.unshift(cameFrom.get(way[0] ?? '') ?? to);
        return way;
      }
      if (!cameFrom.has(next)) cameFrom.set(next, path);
    }
  }
  return undefined;
}

/** Keeps a component's scripts and blanks its markup. @param {string} path @param {string} text */
function scriptOf(path, text) {
  if (!path.endsWith('.svelte')) return text;
  return [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)]
    .map(([, script]) => script)
    .join('\n');
}

/**
 * Resolves a relative import as the bundler does.
 * @param {ReadonlyMap<string, string>} sources @param {string} from @param {string} specifier
 * @returns {string | undefined} undefined for a file that is no module of ours
 */
function resolvePath(sources, from, specifier) {
  const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
  return [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => sources.has(candidate));
}

/** Lists what a file imports, in every form. @param {ts.SourceFile} source */
function specifiersOf(source) {
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node | undefined} node */
  const add = (node) => {
    if (node && ts.isStringLiteralLike(node)) found.push(node.text);
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Lists the names that a file declares and exports. A name that it passes on (`export … from`) belongs to the other file.
 * @param {ts.SourceFile} source
 */
function exportsOf(source) {
  /** @type {Set<string>} */
  const names = new Set();
  const imported = new Set();
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings && ts.isNamedImports(bindings))
        for (const { name } of bindings.elements) imported.add(name.text);
    }
  }
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) {
      if (statement.exportClause && ts.isNamedExports(statement.exportClause))
        for (const { name, propertyName } of statement.exportClause.elements)
          if (!imported.has((propertyName ?? name).text)) names.add(name.text);
    }
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const kinds = modifiers.map(({ kind }) => kind);
    if (
      !kinds.includes(ts.SyntaxKind.ExportKeyword) ||
      kinds.includes(ts.SyntaxKind.DefaultKeyword)
    )
      continue;
    for (const name of declaredNames(statement)) names.add(name);
  }
  return [...names];
}

/** Lists the names that a statement declares. @param {ts.Statement} statement @returns {string[]} */
function declaredNames(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  const { name } = /** @type {ts.Statement & { name?: ts.Identifier }} */ (statement);
  return name ? [name.text] : [];
}

/** Lists the names of a binding, destructured or not. @param {ts.BindingName} name @returns {string[]} */
function boundNames(name) {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? boundNames(element.name) : [],
  );
}

const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * Lint rule: a module's constant is named in UPPER_CASE.
 *
 * A constant is a `const` of the module whose value is plain data down to its leaves: literals, regular expressions, templates,
 * arithmetic, filled tables, sets and maps, and other constants. Functions, classes, calls, empty containers (they are filled
 * later) and what a component makes anew for each instance are none.
 * @type {import('eslint').Rule.RuleModule}
 */
export const upperCaseRule = {
  meta: {
    type: 'problem',
    schema: [],
    docs: { description: "A module's constants are named in UPPER_CASE." },
    messages: { upperCase: 'Name the constant "{{name}}" {{upper}}: it is fixed at load.' },
  },
  create(context) {
    /** @type {Map<string, any>} */
    const constants = new Map();
    return {
      /** @param {any} program */
      Program(program) {
        const declarators = moduleStatements(program).flatMap(constantDeclarators);
        for (const { id, init } of declarators) constants.set(id.name, init);
        for (const { id, init } of declarators) {
          if (UPPER_CASE.test(id.name) || !isFilled(init) || !isFixed(init, new Set())) continue;
          const data = { name: id.name, upper: upperCase(id.name) };
          context.report({ node: id, messageId: 'upperCase', data });
        }
      },
    };

    /** Tells whether a value is data down to its leaves. @param {any} node @param {Set<string>} seen @returns {boolean} */
    function isFixed(node, seen) {
      /** @param {any} inner */
      const fixed = (inner) => isFixed(inner, seen);
      switch (node?.type) {
        case 'Literal':
          return true;
        case 'TemplateLiteral':
          return node.expressions.every(fixed);
        case 'TaggedTemplateExpression':
          return isMember(node.tag, 'String', /^raw$/) && fixed(node.quasi);
        case 'UnaryExpression':
          return fixed(node.argument);
        case 'BinaryExpression':
          return fixed(node.left) && fixed(node.right);
        case 'TSAsExpression':
        case 'TSSatisfiesExpression':
        case 'TSNonNullExpression':
          return fixed(node.expression);
        case 'SpreadElement':
          return fixed(node.argument);
        case 'ArrayExpression':
          return node.elements.every(fixed);
        case 'ObjectExpression':
          return node.properties.every(fixed);
        case 'Property':
          return (!node.computed || fixed(node.key)) && fixed(node.value);
        case 'NewExpression':
          return /^(Set|Map|RegExp)$/.test(node.callee.name) && node.arguments.every(fixed);
        case 'CallExpression':
          return isMember(node.callee, 'Object', /^freeze$/) && node.arguments.every(fixed);
        case 'MemberExpression':
          return isMember(node, 'Number', UPPER_CASE) || isMember(node, 'Math', UPPER_CASE);
        case 'Identifier':
          return isFixedName(node.name, seen);
        default:
          return false;
      }
    }

    /** @param {string} name @param {Set<string>} seen */
    function isFixedName(name, seen) {
      if (name === 'undefined' || name === 'Infinity' || name === 'NaN') return true;
      if (!constants.has(name)) return UPPER_CASE.test(name); // imported: its own module keeps to the rule
      return !seen.has(name) && isFixed(constants.get(name), new Set(seen).add(name));
    }
  },
};

/** Makes the UPPER_CASE form of a camelCase name: `halfBounds` → `HALF_BOUNDS`, `utf8Bytes` → `UTF8_BYTES`. @param {string} name */
export function upperCase(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}

/** Lists the statements that run once a load: those of a module, and of a component only its module script. @param {any} program */
function moduleStatements(program) {
  return program.body.flatMap((/** @type {any} */ statement) => {
    if (statement.type !== 'SvelteScriptElement') return [statement];
    const isModule = statement.startTag.attributes.some(
      (/** @type {any} */ attribute) =>
        attribute.key?.name === 'module' || attribute.key?.name === 'context',
    );
    return isModule ? statement.body : [];
  });
}

/** @param {any} statement @returns {any[]} */
function constantDeclarators(statement) {
  const declaration =
    statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return [];
  return declaration.declarations.filter(
    (/** @type {any} */ { id, init }) => id.type === 'Identifier' && init,
  );
}

/** Tells whether a container holds something at load: an empty one is filled later. @param {any} node @returns {boolean} */
function isFilled(node) {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return isFilled(node.expression);
    case 'ArrayExpression':
      return node.elements.length > 0;
    case 'ObjectExpression':
      return node.properties.length > 0;
    case 'NewExpression':
      return node.arguments.length > 0;
    default:
      return true;
  }
}

/** @param {any} node @param {string} object @param {RegExp} property */
function isMember(node, object, property) {
  return (
    node.type === 'MemberExpression' &&
    !node.computed &&
    node.object.name === object &&
    property.test(node.property.name)
  );
}

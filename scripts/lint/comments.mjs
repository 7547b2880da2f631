import { beginsAsFragment, beginsWithVerb, fragments } from './english.mjs';

const FIELDS = ['TSPropertySignature', 'PropertyDefinition', 'TSAbstractPropertyDefinition'];
const METHODS = ['TSMethodSignature', 'MethodDefinition', 'TSAbstractMethodDefinition'];
const DECLARATIONS = [
  ...FIELDS,
  ...METHODS,
  ...['FunctionDeclaration', 'TSDeclareFunction', 'VariableDeclaration'],
];

/**
 * Lint rule: the comment of a field is a noun phrase, that of a function begins with a verb in the third person, and no sentence
 * begins with Of, That, Those, What or Where unless a main clause follows. The option `sentences` checks the last alone.
 * @type {import('eslint').Rule.RuleModule}
 */
export const commentsRule = {
  meta: {
    type: 'suggestion',
    schema: [{ enum: ['sentences'] }],
    docs: { description: 'Comments are sentences, or phrases that begin with their noun.' },
    messages: {
      field: 'Begin a field\'s comment with its noun, not with "{{word}}": {{text}}',
      function:
        'Begin a function\'s comment with a verb in the third person, not with "{{word}}": {{text}}',
      fragment:
        'Give the sentence a main clause (after Of and Where: behind a comma), or begin it with its noun: {{text}}',
    },
  },
  create(context) {
    const source = context.sourceCode;
    /** @param {any} node @param {string} messageId @param {string} text */
    const report = (node, messageId, text) => {
      const data = { word: text.split(/\s/)[0] ?? '', text: shorten(text) };
      context.report({ loc: node.loc, messageId, data });
    };

    /** Checks the comment that stands right before a field or a function. @param {any} node */
    const checkBefore = (node) => {
      const comment = commentBefore(source, node);
      const [text = ''] = comment ? paragraphsOf(comment.text) : [];
      if (!comment || !text || text.startsWith('@')) return;
      if (isFunction(node)) {
        if (comment.isDoc && !beginsWithVerb(text)) report(comment, 'function', text);
      } else if (beginsAsFragment(text, isCallback(node))) report(comment, 'field', text);
    };

    return {
      /** @param {any} program */
      'Program:exit'(program) {
        for (const comment of blocksOf(program.comments)) {
          for (const text of paragraphsOf(comment.text).flatMap(fragments))
            report(comment, 'fragment', text);
        }
      },
      /** @param {any} node the comment of a component, `@component …` */
      SvelteHTMLComment(node) {
        for (const text of paragraphsOf(node.value.replace('@component', '')).flatMap(fragments))
          report(node, 'fragment', text);
      },
      ...(context.options[0] === 'sentences'
        ? {}
        : Object.fromEntries(DECLARATIONS.map((type) => [type, checkBefore]))),
    };
  },
};

/** @param {any} node */
function isFunction(node) {
  if (METHODS.includes(node.type)) return node.kind !== 'get' && node.kind !== 'set';
  return !FIELDS.includes(node.type);
}

/** Tells whether a field holds a function by its type or value: its comment may say what that does. @param {any} node */
function isCallback(node) {
  const type = node.typeAnnotation?.typeAnnotation;
  const inner = type?.type === 'TSUnionType' ? type.types : [type];
  return (
    inner.some((/** @type {any} */ one) => one?.type === 'TSFunctionType') ||
    /Function/.test(node.value?.type ?? '')
  );
}

/**
 * Finds the comment of a declaration: the block that ends on the line before it (before `export`, where it is exported).
 * @param {import('eslint').SourceCode} source @param {any} node
 */
function commentBefore(source, node) {
  const isVariable = node.type === 'VariableDeclaration';
  if (isVariable && !/Function/.test(node.declarations[0]?.init?.type ?? '')) return undefined;
  if (node.type === 'MethodDefinition' && node.kind === 'constructor') return undefined;
  const outer = /^Export/.test(node.parent?.type ?? '') ? node.parent : node;
  const last = blocksOf(source.getCommentsBefore(outer)).at(-1);
  return last && last.loc.end.line === outer.loc.start.line - 1 ? last : undefined;
}

/**
 * Joins line comments that stand under each other.
 * @param {readonly any[]} comments @returns {{ text: string; isDoc: boolean; loc: any }[]}
 */
function blocksOf(comments) {
  /** @type {{ text: string; isDoc: boolean; loc: any; isLine: boolean }[]} */
  const blocks = [];
  for (const { type, value, loc } of comments) {
    const last = blocks.at(-1);
    const isLine = type === 'Line';
    const continues =
      isLine &&
      last?.isLine &&
      last.loc.end.line === loc.start.line - 1 &&
      last.loc.start.column === loc.start.column;
    if (continues) {
      last.text += `\n${value}`;
      last.loc = { start: last.loc.start, end: loc.end };
    } else blocks.push({ text: value, loc, isLine, isDoc: !isLine && value.startsWith('*') });
  }
  return blocks;
}

/** Cuts a comment into paragraphs, each on one line, without examples of code. @param {string} comment @returns {string[]} */
function paragraphsOf(comment) {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*+ ?/, ''));
  return lines
    .join('\n')
    .replace(/```[^]*?```/g, '')
    .split(/\n\s*\n|\n(?=\s*(?:-|@\w+) )/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

/** @param {string} text */
function shorten(text) {
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}

import { join } from 'node:path';
import { ESLint } from 'eslint';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { houseRules } from '../../eslint.config.js';
import { root } from '../../scripts/process.mjs';

/** The house's rules alone: the full configuration needs types, and so real files. */
const houseLint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    { files: ['**/*.ts'], languageOptions: { parser: ts.parser } },
    ...svelte.configs.base,
    {
      files: ['**/*.svelte', '**/*.svelte.ts'],
      languageOptions: { parserOptions: { parser: ts.parser } },
    },
    ...houseRules,
  ],
});

/** Lists what a rule says of code in a file that need not exist. @throws where the code cannot be parsed */
export async function complaintsOf(rule: string, file: string, code: string): Promise<string[]> {
  const results = await houseLint.lintText(code, { filePath: join(root, file) });
  const messages = results.flatMap((result) => result.messages);
  const fatal = messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file}:${fatal.line}: ${fatal.message}`);
  return messages.filter(({ ruleId }) => ruleId === rule).map(({ message }) => message);
}

/** The project's own configuration, as `npm run check` lints with it. */
const projectLint = new ESLint({ cwd: root });

/** Tells the level at which the project's own configuration runs a rule on a file: 2 stops `npm run check`, undefined is off. */
export async function levelOf(rule: string, file: string): Promise<unknown> {
  const config = (await projectLint.calculateConfigForFile(join(root, file))) as {
    rules: Record<string, unknown[]>;
  };
  return config.rules[rule]?.[0];
}

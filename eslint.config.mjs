import eslint from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** What is written in its `homes` only, and nowhere in src where it has none. */
const ONE_HOME = [
  {
    homes: ['src/platform/prompts/{notifications,progress,questions}.ts'],
    selector:
      'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|withProgress|showInputBox|createInputBox)$/]',
    // VS Code makes links, `command:` among them, of text that a cloud or a file may have written.
    message:
      'Messages go through platform/prompts/notifications.ts, progress.ts and questions.ts, which make links inert.',
  },
  {
    homes: ['src/platform/commands.ts'],
    selector: "CallExpression[callee.property.name='registerCommand']",
    message: 'Commands are registered in platform/commands.ts.',
  },
  {
    homes: ['src/platform/context-keys.ts'],
    selector: "CallExpression[callee.property.name='executeCommand'][arguments.0.value='setContext']",
    message: 'Context keys are set in platform/context-keys.ts.',
  },
  {
    homes: ['src/platform/services.ts', 'src/platform/memory/secrets.ts'],
    selector: ":matches(MemberExpression[object.name='context'][property.name='secrets'], [name='SecretStorage'])",
    message: 'Secrets are kept by platform/memory/secrets.ts.',
  },
  {
    selector:
      ":matches(ExpressionStatement, UnaryExpression[operator='void']) > CallExpression[callee.object.object.name='vscode'][callee.property.name=/^(register|create|on)[A-Z]/]",
    message: 'What VS Code hands out is disposed of.',
  },
  {
    selector: "Property[key.name='retainContextWhenHidden']",
    message: 'A hidden page keeps its state, not its memory.',
  },
  {
    selector:
      "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/], MemberExpression[object.name='document'][property.name='write']",
    message: 'Text is never put into a page as markup.',
  },
  {
    selector: "Identifier[name='l10n']",
    // No bundle of translations exists, and a text that needs VS Code can't be tested without it.
    message: 'User texts are plain English strings.',
  },
  { selector: "[name='createTelemetryLogger']", message: 'The extension sends no telemetry.' },
];

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'A name is found again; a default export has none.',
};

/** One rule holds all of them: ESLint does not add up what it is told in two places. */
function restrictedSyntax(restricted) {
  const options = restricted.map(({ selector, message }) => ({ selector, message }));
  return { 'no-restricted-syntax': ['error', noDefaultExport, ...options] };
}

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', '.vscode-test', '**/*.cjs'] },
  eslint.configs.recommended,
  { files: ['**/*.ts'], extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      ...restrictedSyntax([]),
    },
  },
  {
    files: ['src/**'],
    plugins: { regexp },
    rules: {
      // Servers and files choose what patterns are run on: each takes time in proportion to its text, whatever that is.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false, ignoreSticky: true }],
      'regexp/no-misleading-capturing-group': 'error',
      'regexp/no-dupe-disjunctions': 'error',
      'regexp/optimal-quantifier-concatenation': 'error',
    },
  },
  {
    files: ['src/core/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'globalThis', 'fetch'] },
  },
  { files: ['src/**'], rules: restrictedSyntax(ONE_HOME) },
  ...ONE_HOME.flatMap(({ homes = [] }) => homes).map((home) => ({
    files: [home],
    rules: restrictedSyntax(ONE_HOME.filter(({ homes = [] }) => !homes.includes(home))),
  })),
  {
    files: ['test/**', '*.mjs'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
);

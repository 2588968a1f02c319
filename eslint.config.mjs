import eslint from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** What makes links, `command:` among them, of text that a cloud or a file may have written. */
const noMessageOfItsOwn = {
  selector:
    'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|withProgress|showInputBox|createInputBox)$/]',
  message:
    'Messages go through platform/prompts/notifications.ts, progress.ts and questions.ts, which make links inert.',
};

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'A name is found again; a default export has none.',
};

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
      'no-restricted-syntax': ['error', noDefaultExport],
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
  {
    files: ['src/platform/**'],
    ignores: [
      'src/platform/prompts/notifications.ts',
      'src/platform/prompts/progress.ts',
      'src/platform/prompts/questions.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, noMessageOfItsOwn] },
  },
  {
    files: ['src/features/**', 'src/extension.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        noDefaultExport,
        noMessageOfItsOwn,
        {
          selector: "CallExpression[callee.property.name='registerCommand']",
          message: 'Commands are registered in platform/commands.ts.',
        },
        {
          selector: "CallExpression[callee.property.name='executeCommand'][arguments.0.value='setContext']",
          message: 'Context keys are set in platform/context-keys.ts.',
        },
      ],
    },
  },
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

import eslint from '@eslint/js';
import { readdirSync } from 'node:fs';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const features = readdirSync('src/features', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Who may import whom. A zone's target may import nothing of `from`, save what `except` names (relative to `from`). */
const zones = [
  { target: './src/core', from: './src', except: ['./core'], message: 'core imports nothing of ours.' },
  { target: './src/state', from: './src', except: ['./core', './state', './webview/transfers/protocol.ts'] },
  { target: './src/node', from: './src', except: ['./core', './node'] },
  { target: './src/platform', from: './src', except: ['./core', './state', './platform', './node'] },
  { target: './src/cli', from: './src', except: ['./core', './node', './cli', './sandbox'] },
  { target: './src/sandbox', from: './src', except: ['./core', './node', './sandbox'] },
  { target: './src/webview', from: './src', except: ['./webview'] },
  ...features.map((feature) => ({
    target: `./src/features/${feature}`,
    from: './src/features',
    except: [`./${feature}`],
    message: 'Features do not import each other.',
  })),
  { target: './src/features', from: './src/cli' },
  { target: './src/features', from: './src/sandbox' },
];

const noVscode = { paths: [{ name: 'vscode', message: 'Only platform, features and extension.ts touch vscode.' }] };

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', '.vscode-test', '**/*.cjs'] },
  eslint.configs.recommended,
  { files: ['**/*.ts'], extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/core/**', 'src/state/**', 'src/node/**', 'src/cli/**', 'src/sandbox/**', 'src/webview/**'],
    rules: { 'no-restricted-imports': ['error', noVscode] },
  },
  {
    files: ['src/core/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'globalThis', 'fetch'] },
  },
  {
    files: ['src/features/**', 'src/extension.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
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

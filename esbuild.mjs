// Bundles what ships: `node esbuild.mjs [--watch] [--development]`. Every Node bundle is CommonJS; the page of the webview is one script.
import { build, context } from 'esbuild';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');

/** got, yaml and the engine make a bundle of their own, which extension and command line load on first use. */
const engineApart = {
  name: 'engine-apart',
  setup(builder) {
    builder.onResolve({ filter: /\/node\/engine\.ts$/ }, (found) =>
      found.kind === 'entry-point' ? undefined : { path: './engine.js', external: true },
    );
  },
};

/** got brings an HTTP cache, which answers of a cloud must never come from. Without it the engine is 30 KB smaller. */
const noHttpCache = {
  name: 'no-http-cache',
  setup(builder) {
    builder.onResolve({ filter: /^cacheable-request$/ }, () => ({ path: 'no-http-cache', namespace: 'no-http-cache' }));
    builder.onLoad({ filter: /.*/, namespace: 'no-http-cache' }, () => ({
      contents: `export default class { constructor() { throw new Error('Answers are never cached.'); } }
        export class CacheError extends Error {}
        export class RequestError extends Error {}`,
    }));
  },
};

/** The agents for proxies write what they do, passwords of proxies among it, through a library for that. */
const noDebug = {
  name: 'no-debug',
  setup(builder) {
    builder.onResolve({ filter: /^debug$/ }, () => ({ path: 'no-debug', namespace: 'no-debug' }));
    builder.onLoad({ filter: /.*/, namespace: 'no-debug' }, () => ({ contents: 'export default () => () => {};' }));
  },
};

const common = {
  bundle: true,
  sourcemap: development,
  minify: !development,
  legalComments: 'none',
  logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node22.15',
  format: 'cjs',
  // Not `main` first: bundled jsonc-parser would look for files that are not there.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': 'importMetaUrl',
  },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [engineApart, noHttpCache, noDebug],
  // Its Node entry is CommonJS, which can't be shaken.
  alias: { yaml: resolve('node_modules/yaml/browser/index.js') },
  entryPoints: {
    extension: 'src/extension.ts',
    engine: 'src/node/engine.ts',
    'digest-worker': 'src/node/digest-worker.ts',
    'decompress-worker': 'src/node/decompress-worker.ts',
    cli: 'src/cli/main.ts',
    sandbox: 'src/sandbox/main.ts',
  },
  outdir: 'dist',
};

/** @type {import('esbuild').BuildOptions} */
const page = {
  ...common,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  entryPoints: { 'webview/transfers': 'src/webview/transfers/main.ts' },
  outdir: 'dist',
};

await rm('dist', { recursive: true, force: true });
if (!existsSync('src/extension.ts')) throw new Error('Run this in the root of the project.');
if (watch) {
  // The editor's task waits for the lines that say when a build begins and ends.
  const contexts = await Promise.all([node, page].map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await Promise.all([build(node), build(page)]);
}

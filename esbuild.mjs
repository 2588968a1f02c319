// Bundles what ships: `node esbuild.mjs [--watch] [--development]`. Every Node bundle is CommonJS; the page of the webview is one script.
import { build, context } from 'esbuild';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { bundledPackages, notices } from './notices.mjs';

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');

/** got, yaml and the engine make a bundle of their own, which extension and command line load on first use. */
const engineApart = {
  name: 'engine-apart',
  setup(builder) {
    builder.onResolve({ filter: /\/node\/engine\.ts$/ }, (found) =>
      found.kind === 'entry-point' ? undefined : { path: './engine.cjs', external: true },
    );
  },
};

/**
 * Parts of libraries that nothing here reaches, and what stands in for them where an import
 * names what `resolve` matches.
 */
const LEFT_OUT = [
  {
    // got brings an HTTP cache, and with it a dozen packages. Answers of a cloud must never come from one.
    resolve: /^cacheable-request$/,
    contents: `export default class { constructor() { throw new TypeError('Answers are never cached.'); } }
      export class CacheError extends Error {}
      export class RequestError extends Error {}`,
  },
  {
    // The agents for proxies write what they do, passwords of proxies among it, through a library for that.
    resolve: /^debug$/,
    contents: 'export default () => () => {};',
  },
  {
    // Locks are folders: what it adds to opening files is not used, and it would change `close` for the whole extension host.
    // A copy, because the lock's library remembers something on it.
    resolve: /^graceful-fs$/,
    contents: `module.exports = { ...require('node:fs') };`,
  },
];

const leaveOut = {
  name: 'leave-out',
  setup(builder) {
    for (const [index, { resolve: filter, contents }] of LEFT_OUT.entries()) {
      const namespace = `left-out-${index}`;
      builder.onResolve({ filter }, ({ path }) => ({ path, namespace }));
      builder.onLoad({ filter: /.*/, namespace }, () => ({ contents }));
    }
  },
};

/**
 * A namespace import of a CommonJS module copies each of its exports, and the API of VS Code has hundreds, in every file that
 * imports it: half of what loading the extension took. Required plainly, all files share the one object.
 */
const vscodeUncopied = {
  name: 'vscode-uncopied',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return {
        contents: text.replace(/^import \* as vscode from 'vscode';$/m, "import vscode = require('vscode');"),
        loader: 'ts',
      };
    });
  },
};

/** seek-bzip makes its buffers as Node once did, which warns on standard error and will end some day. */
const buffersOfToday = {
  name: 'buffers-of-today',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]seek-bzip[\\/]lib[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('new Buffer(', 'Buffer.alloc('),
    }));
  },
};

const common = {
  bundle: true,
  metafile: true,
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
    'import.meta.main': 'importMetaMain',
  },
  banner: {
    js: `const importMetaUrl = require("node:url").pathToFileURL(__filename).href, importMetaMain = require.main === module;`,
  },
  plugins: [engineApart, leaveOut, vscodeUncopied, buffersOfToday],
  outExtension: { '.js': '.cjs' },
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
  const built = await Promise.all([build(node), build(page)]);
  const metafile = {
    inputs: Object.assign({}, ...built.map((each) => each.metafile.inputs)),
    outputs: Object.assign({}, ...built.map((each) => each.metafile.outputs)),
  };
  // Not shipped: tests compare it with what ships.
  await writeFile('dist/metafile.json', JSON.stringify(metafile));
  await writeFile('ThirdPartyNotices.txt', notices(bundledPackages(metafile)));
}

// Bundles what ships: `node esbuild.mjs [--watch] [--development]`. What Node loads is CommonJS; the page of the webview is one script.
import { build, context, transform } from 'esbuild';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--development');

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

/** What each file of Node's needs, since CommonJS has no `import.meta`. */
const IMPORT_META = `const importMetaUrl = require("node:url").pathToFileURL(__filename).href, importMetaMain = require.main === module;`;

/**
 * esbuild shares code between files only as ES modules, and what ships is CommonJS: the files are split as the former and written
 * as the latter. Code that several of them need ships once, and `import()` loads a file on first use.
 */
const splitCommonJs = {
  name: 'split-common-js',
  setup(builder) {
    builder.onEnd(async ({ outputFiles = [] }) => {
      await Promise.all(outputFiles.map(({ path, text }) => writeCommonJs(path, text)));
    });
  },
};

/**
 * @param {string} path of the file to write
 * @param {string} module its text as an ES module
 */
async function writeCommonJs(path, module) {
  const needsMeta = /\bimportMeta(Url|Main)\b/.test(module);
  const { code } = await transform(module, {
    format: 'cjs',
    platform: 'node',
    target: NODE_TARGET,
    minify: !development,
    sourcemap: development && 'inline',
    sourcefile: path,
    legalComments: 'none',
    supported: { 'dynamic-import': false },
    ...(needsMeta ? { banner: IMPORT_META } : {}),
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code, { mode: code.startsWith('#!') ? 0o755 : 0o644 });
}

const { engines } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
/** The lowest Node that the manifest admits, as esbuild names it. */
export const NODE_TARGET = `node${/\d+\.\d+/.exec(engines.node)}`;

const common = {
  bundle: true,
  metafile: true,
  sourcemap: development && 'inline',
  minify: !development,
  legalComments: 'none',
  logLevel: 'warning',
  // The names of chunks depend on paths, and these must be the same wherever node_modules really is.
  preserveSymlinks: true,
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: NODE_TARGET,
  format: 'esm',
  splitting: true,
  write: false,
  chunkNames: 'chunk-[hash]',
  // Not `main` first: bundled jsonc-parser would look for files that are not there.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': 'importMetaUrl',
    'import.meta.main': 'importMetaMain',
  },
  plugins: [leaveOut, vscodeUncopied, buffersOfToday, splitCommonJs],
  outExtension: { '.js': '.cjs' },
  entryPoints: {
    extension: 'src/extension.ts',
    engine: 'src/node/engine.ts',
    'digest-worker': 'src/node/workers/digest-worker.ts',
    'decompress-worker': 'src/node/workers/decompress-worker.ts',
    cli: 'src/cli/main.ts',
    sandbox: 'src/sandbox/main.ts',
    'transfer-host': 'src/transfers/main.ts',
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

/** Licences (SPDX) that ask for no more than their text. */
export const ALLOWED_LICENSES = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** For packages that bring no text. This one names the MIT License in its package.json and in the comment that its code begins with. */
const MISSING_TEXTS = {
  'xz-decompress': `Copyright (c) Steve Sanderson, Tim Perry and contributors
Copyright (c) 2020 Igalia, S.L.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};
const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i;
const PACKAGE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/**
 * The packages that bundles hold code of, by name and version.
 *
 * @param {import('esbuild').Metafile} metafile whose paths begin in the working directory
 * @returns {readonly { readonly folder: string, readonly name: string, readonly files: readonly string[] }[]}
 */
export function bundledPackages({ outputs }) {
  /** @type {Map<string, { folder: string, name: string, files: string[] }>} */
  const found = new Map();
  for (const file of new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)))) {
    const [, folder = '', name = ''] = PACKAGE.exec(file) ?? [];
    if (name === '') continue;
    const known = found.get(folder) ?? { folder, name, files: [] };
    known.files.push(file);
    found.set(folder, known);
  }
  return [...found.values()];
}

/**
 * The text that ships. Throws for a package without a licence that is allowed and its text.
 *
 * @param {ReturnType<typeof bundledPackages>} packages
 * @returns {string}
 */
export function notices(packages) {
  const parts = packages.map((each) => {
    const { name, version, license, homepage } = JSON.parse(readFileSync(join(each.folder, 'package.json'), 'utf8'));
    if (!ALLOWED_LICENSES.includes(license))
      throw new Error(`${name} ${version}: the licence ${license} is not on the list.`);
    const texts = textsOf(each);
    if (texts.length === 0) throw new Error(`${name} ${version} has no text of its licence.`);
    const head = [`${name} ${version}`, `License: ${license}`, ...(homepage === undefined ? [] : [homepage])].join(
      '\n',
    );
    return `${head}\n\n${[...texts, ...commentsOf(each)].join('\n\n')}`;
  });
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  const about = 'Glance Images holds parts of these packages, whose licences are these.';
  return `${[about, ...parts.sort()].join(line)}\n`;
}

/** @param {{ readonly folder: string, readonly name: string }} package_ */
function textsOf({ folder, name }) {
  const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
  const missing = Object.hasOwn(MISSING_TEXTS, name) ? [MISSING_TEXTS[name]] : [];
  return [...files.sort().map((file) => read(join(folder, file))), ...missing];
}

/**
 * Comments that a file begins with and that ask to be kept.
 *
 * @param {{ readonly files: readonly string[] }} package_
 */
function commentsOf({ files }) {
  return files.flatMap((file) => /^\s*\/\*!.*?\*\//s.exec(read(file)) ?? []);
}

/** @param {string} file */
function read(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}

async function main() {
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
    await writeFile('dist/ThirdPartyNotices.txt', notices(bundledPackages(metafile)));
  }
}

// An older Node does not say.
if (import.meta.main ?? true) await main();

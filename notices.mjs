// Notices of third parties, from what the bundler took in: each package with its licence and the texts that have to go with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences (SPDX) that ask for no more than their text. */
export const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Texts for packages that bring none; each file is named as its package. */
const OWN_TEXTS = join(import.meta.dirname, 'notices');
const TEXT = /^(licen[cs]e|copying|notice)/i;
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
    if (!ALLOWED.includes(license)) throw new Error(`${name} ${version}: the licence ${license} is not on the list.`);
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
  const own = join(OWN_TEXTS, `${name.replace('/', '+')}.txt`);
  const files = readdirSync(folder).filter((file) => TEXT.test(file));
  return [...files.sort().map((file) => join(folder, file)), ...(existsSync(own) ? [own] : [])].map(read);
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

// Packs what ships into a VSIX, from `dist` as esbuild.mjs left it: `node test/host/vsix.ts [FILE]`, out/glance-images.vsix without a name.
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUT, ROOT } from './folders.ts';

/** Where it is packed if nothing else is said. */
export const VSIX = join(OUT, 'glance-images.vsix');

/** Packs `dist` and what belongs to it. Throws, with vsce's words, where vsce refuses. */
export function pack(file = VSIX): void {
  mkdirSync(dirname(file), { recursive: true });
  const vsce = fileURLToPath(import.meta.resolve('@vscode/vsce/vsce'));
  const words = ['package', '--no-dependencies', ...(linksCanBeWhole() ? [] : ['--no-rewrite-relative-links'])];
  execFileSync(process.execPath, [vsce, ...words, '--out', file], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  writeFileSync(file, sameBytes(readFileSync(file)));
}

/** Whether vsce knows where on its host the README's links and pictures are. The repository may be a placeholder. */
function linksCanBeWhole(): boolean {
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    repository: { url: string };
  };
  return /^https:\/\/(github|gitlab)\.com\//.test(repository.url);
}

/** The same files in an order, with times and modes that depend on no machine. */
function sameBytes(archive: Uint8Array): Uint8Array {
  const files = unzipSync(archive);
  const sorted: Zippable = {};
  for (const path of Object.keys(files).sort()) {
    const bytes = files[path] ?? new Uint8Array();
    const program = bytes[0] === 0x23 && bytes[1] === 0x21; // #!
    sorted[path] = [bytes, { os: 3, attrs: (program ? 0o100755 : 0o100644) << 16 }];
  }
  // By parts in local time, as a ZIP archive keeps it.
  return zipSync(sorted, { level: 9, mtime: new Date(1980, 0, 1) });
}

let made: string | undefined;
let unpacked: string | undefined;

/** The VSIX under test: the one that `GLANCE_IMAGES_PRODUCT` names, else one that is built and packed now, once a process. */
export function vsixUnderTest(): string {
  const { GLANCE_IMAGES_PRODUCT: chosen } = process.env;
  if (chosen !== undefined && chosen !== 'source') return chosen;
  if (made === undefined) {
    execFileSync(process.execPath, ['esbuild.mjs'], { cwd: ROOT, stdio: 'inherit' });
    pack();
    made = VSIX;
  }
  return made;
}

/** The extension's folder out of that VSIX, unpacked as VS Code does until this process ends, once a process. */
export function unpackedVsix(): string {
  return (unpacked ??= unpack(vsixUnderTest()));
}

function unpack(vsix: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'glance-images-vsix-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(vsix)))) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes);
  }
  return join(folder, 'extension');
}

if (import.meta.main) pack(process.argv[2] === undefined ? VSIX : resolve(process.argv[2]));

import { unzipSync } from 'fflate';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pack, VSIX } from '../../pack.ts';
import { ROOT } from './folders.ts';

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

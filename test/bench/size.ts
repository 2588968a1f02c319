import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { glob } from 'tinyglobby';
import { ROOT } from '../host/folders.ts';
import { pack, VSIX } from '../host/vsix.ts';
import type { Row } from './rounds.ts';

/** What only the command line and the sandbox, a process of its own, load. */
const NOT_LOADED_BY_THE_EXTENSION = ['cli.cjs', 'sandbox.cjs'];

/** Bytes of the JavaScript that the extension can load, as built, and of the VSIX. */
export async function size(): Promise<readonly Row[]> {
  const scripts = await glob('dist/**/*.{js,cjs}', { cwd: ROOT, absolute: true });
  const loaded = scripts.filter((path) => !NOT_LOADED_BY_THE_EXTENSION.includes(basename(path)));
  const bytes = await Promise.all(loaded.map(async (path) => [basename(path), (await stat(path)).size] as const));
  pack();
  const sum = bytes.reduce((total, [, each]) => total + each, 0);
  return [
    { what: 'all JavaScript that the extension can load', measured: kilobytes(sum), budget: '≤ 450 KB' },
    ...bytes.map(([name, each]) => ({ what: `  ${name}`, measured: kilobytes(each), budget: '' })),
    { what: 'the VSIX, command line included', measured: kilobytes((await stat(VSIX)).size), budget: '≤ 700 KB' },
  ];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

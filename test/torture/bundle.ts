import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../host/folders.ts';

/** Where what ships lies: `GLANCE_IMAGES_PRODUCT` names an unpacked VSIX; else what was built last. */
const FOLDER = join(process.env.GLANCE_IMAGES_PRODUCT ?? ROOT, 'dist');

/** @throws Error where nothing was built */
export function bundle(name: 'cli' | 'sandbox'): string {
  const found = ['cjs', 'js'].map((ending) => join(FOLDER, `${name}.${ending}`)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`There is no ${name} in ${FOLDER}. Build it: node esbuild.mjs`);
  return found;
}

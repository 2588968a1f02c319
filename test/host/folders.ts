import { join } from 'node:path';

/** The project's root. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** What tests download, kept between runs; the folder that `@vscode/test-electron` uses. */
export const DOWNLOADS = join(ROOT, '.vscode-test');

/** What tests build and leave to look at. */
export const OUT = join(ROOT, 'out');

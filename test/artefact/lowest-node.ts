import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../host/folders.ts';
import { installNode } from '../host/install.ts';

/** The lowest Node that what ships promises to run on, as esbuild.mjs has it. */
export const LOWEST_NODE = `${/target: 'node(\d+\.\d+)'/.exec(readFileSync(join(ROOT, 'esbuild.mjs'), 'utf8'))?.[1] ?? ''}.0`;

/** Its program, got from npm once. */
export async function lowestNode(): Promise<string> {
  return installNode(LOWEST_NODE);
}

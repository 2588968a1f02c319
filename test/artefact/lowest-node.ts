import { NODE_TARGET } from '../../esbuild.mjs';
import { installNode } from '../host/install.ts';

/** The lowest Node that what ships promises to run on, as package.json has it. */
export const LOWEST_NODE = `${NODE_TARGET.replace('node', '')}.0`;

/** Its program, got from npm once. */
export async function lowestNode(): Promise<string> {
  return installNode(LOWEST_NODE);
}

import { join } from 'node:path';
import { unpackedVsix } from '../../host/vsix.ts';

/** A program out of the VSIX under test, which is built and packed first where none is named. */
export function bundle(name: 'cli' | 'sandbox'): string {
  return join(unpackedVsix(), 'dist', `${name}.cjs`);
}

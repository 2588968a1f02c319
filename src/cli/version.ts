import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The version of this tool. Read from `package.json`, which lies beside `dist` and beside `src`. */
export function version(): string {
  const up = extname(import.meta.filename) === '.ts' ? ['..', '..'] : ['..'];
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, ...up, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

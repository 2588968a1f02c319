import { createHash } from 'node:crypto';
import type { LiveImage } from '../glance/image.ts';

/** A short text that changes whenever anything about the live image does. Glance has no ETag and `updated_at` counts only seconds. */
export function fingerprint(live: LiveImage | undefined): string {
  if (live === undefined) return 'absent';
  const plain = Object.entries(live).filter(([name]) => !['server', 'tags', 'properties'].includes(name));
  const text = JSON.stringify([plain, [...live.tags].sort(), Object.entries(live.properties).sort(byName)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

import { createHash } from 'node:crypto';
import type { LiveImage } from '../../glance/image.ts';

/**
 * A short text that changes whenever anything about the live image does. Glance has no ETag, `updated_at` counts only
 * seconds, and members do not move it.
 *
 * @param further what else the plan was made from, e.g. members and stores
 */
export function fingerprint(live: LiveImage | undefined, further: readonly string[] = []): string {
  if (live === undefined) return 'absent';
  const plain = Object.entries(live).filter(([name]) => !['server', 'tags', 'properties'].includes(name));
  const text = JSON.stringify([plain, [...live.tags].sort(), Object.entries(live.properties).sort(byName), ...further]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

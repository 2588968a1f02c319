import type { Definition } from '../../definition/definition.ts';
import { sourceOf } from '../../definition/source.ts';

/** Two definitions with the same key download the same bytes in the same way. */
export function sourceKey({ file, arguments: given }: Definition): string {
  const { image_cache_path: cache, verify_checksum: verify = true } = given;
  return JSON.stringify([file, sourceOf({ arguments: given }), cache, verify]);
}

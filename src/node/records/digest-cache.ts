import type { DigestCache, Digests } from '../../core/source/ports.ts';
import { IdentityCache } from './identity-cache.ts';
import type { TellUnkept } from './tell-unkept.ts';

/** Digests of files that were read before, on disk. */
export class FileDigestCache extends IdentityCache<Digests> implements DigestCache {
  /** @param folder absolute path; made when it is first needed */
  constructor(folder: string, tellUnkept: TellUnkept) {
    super(folder, tellUnkept, { what: 'digests', read: (value) => (isDigests(value) ? value : undefined) });
  }
}

function isDigests(value: unknown): value is Digests {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((digest) => typeof digest === 'string');
}

import { Failure } from '../../../failure.ts';
import type { LiveImage } from '../../../glance/image.ts';

/** The bytes that one region fetched of a source. */
export interface RegionBytes {
  readonly region: string;
  readonly live: LiveImage;
  /** Whether a checksum of the source proves these bytes. */
  readonly proven: boolean;
}

/**
 * The regions whose bytes differ from the right ones. Bytes that a checksum proves are right; otherwise those of most
 * regions. If no side has more regions, nobody can say, and all of them are odd. Regions without a comparable digest
 * are never odd.
 */
export function oddRegions(all: readonly RegionBytes[]): ReadonlySet<RegionBytes> {
  const groups = groupsOf(all);
  if (groups.length < 2) return new Set();
  const proven = groups.filter((group) => group.some((each) => each.proven));
  const most = Math.max(...groups.map((group) => group.length));
  const largest = groups.filter((group) => group.length === most);
  const right = proven.length > 0 ? proven : largest.length === 1 ? largest : [];
  return new Set(groups.filter((group) => !right.includes(group)).flat());
}

/** The failure of a region with other bytes than the rest. */
export function oddFailure(odd: RegionBytes, all: readonly RegionBytes[], source: string): Failure {
  const told = all.map(({ region, live }) => `${region}: ${digestOf(live, algorithmFor(all)) ?? 'unknown'}`).join('; ');
  const text = `The regions fetched different bytes from ${source} (${told}), and ${odd.region} does not have the right ones, or those of most regions.`;
  return new Failure('regions-differ', text, {
    region: odd.region,
    next: 'The source may have been updated meanwhile, or its mirrors differ. Apply again. An md5 or sha512 as "image_source_checksum" settles which bytes are right.',
  });
}

/** The names of the regions if all have equal bytes; `undefined` if there is nothing to compare. */
export function agreeing(all: readonly RegionBytes[]): readonly string[] | undefined {
  const groups = groupsOf(all);
  const [only] = groups;
  return groups.length === 1 && only !== undefined && only.length > 1 ? only.map(({ region }) => region) : undefined;
}

function groupsOf(all: readonly RegionBytes[]): readonly (readonly RegionBytes[])[] {
  const algorithm = algorithmFor(all);
  const known = all.filter(({ live }) => digestOf(live, algorithm) !== undefined);
  return [...Map.groupBy(known, ({ live }) => digestOf(live, algorithm)).values()];
}

/** The multihash if all regions use the same algorithm, otherwise MD5. */
function algorithmFor(all: readonly RegionBytes[]): string {
  const [first, ...others] = new Set(all.map(({ live }) => (live.os_hash_value === null ? null : live.os_hash_algo)));
  return others.length === 0 && typeof first === 'string' ? first : 'md5';
}

function digestOf(live: LiveImage, algorithm: string): string | undefined {
  const value = live.os_hash_algo === algorithm ? live.os_hash_value : algorithm === 'md5' ? live.checksum : null;
  return value === null ? undefined : `${algorithm} ${value}`;
}

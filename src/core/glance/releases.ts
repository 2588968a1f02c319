/** Consecutive releases of Glance by their major version: 25 is Zed, 33 is 2026.2. */
export interface Releases {
  readonly from: number;
  /** Included; `Infinity` where later ones count too. */
  readonly to: number;
}

/** Where nothing is known. */
export const ANY_RELEASE: Releases = { from: 0, to: Infinity };

/** The releases since 2025.1 by the names that operators know. */
const NAMES: Readonly<Record<number, string>> = { 30: '2025.1', 31: '2025.2', 32: '2026.1', 33: '2026.2' };

/**
 * The releases that offer these versions of the Image API (`v2.16`). 2.17 came with Glance 29, 2.18 with 33; the even versions
 * from 2.14 on are offered only where images are cached, so their absence tells nothing by itself
 * (https://opendev.org/openstack/glance/src/branch/master/glance/api/versions.py).
 */
export function releasesOf(versions: readonly string[]): Releases {
  const offers = (minor: number): boolean => versions.includes(`v2.${minor}`);
  if (offers(18)) return { from: 33, to: Infinity };
  if (offers(17)) return { from: 29, to: offers(16) ? 32 : Infinity };
  return offers(0) ? { from: 0, to: 28 } : ANY_RELEASE;
}

/** Whether a cloud of one of these releases does what only others do: `perhaps` if some of both are the same. */
export function isAmong(cloud: Releases, others: Releases): 'yes' | 'no' | 'perhaps' {
  if (cloud.to < others.from || cloud.from > others.to) return 'no';
  return cloud.from >= others.from && cloud.to <= others.to ? 'yes' : 'perhaps';
}

/** `Glance 30 (2025.1) and later`, `Glance 29 to 32`. */
export function describeReleases({ from, to }: Releases): string {
  if (from === 0) return `Glance ${to} or earlier`;
  if (to === Infinity) return `Glance ${named(from)} and later`;
  return `Glance ${named(from)} ${to === from + 1 ? 'and' : 'to'} ${named(to)}`;
}

function named(release: number): string {
  const name = NAMES[release];
  return name === undefined ? String(release) : `${release} (${name})`;
}

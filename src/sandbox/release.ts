/** The releases of Glance that the sandbox imitates, each with the Keystone of its time: 25 is Zed, 33 is 2026.2. */
export const RELEASES = [25, 33] as const;

export type Release = (typeof RELEASES)[number];

/** What it imitates unless told otherwise. */
export const NEWEST: Release = 33;

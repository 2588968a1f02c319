/** Actions that send the source. */
export const SENDS: ReadonlySet<Action> = new Set(['create', 'upload', 'replace']);

/** What an apply does to one image in one region. */
export type Action = 'none' | 'adopt' | 'create' | 'upload' | 'update' | 'replace' | 'blocked';

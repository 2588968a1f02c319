import { isDownload } from './movement.ts';
import type { Transfer } from './protocol.ts';
import { place, statusNames } from './words.ts';

/** The transfers of a page by the section that shows them. */
export interface Sections {
  /** Failed or blocked, and not begun again since; newest first. */
  readonly failed: readonly Transfer[];
  /** In the order in which they started. */
  readonly running: readonly Transfer[];
  /** The others, newest first. */
  readonly history: readonly Transfer[];
}

/** Sorts transfers into sections. `repeated`: the ids of transfers that a later one repeats. */
export function inSections(transfers: readonly Transfer[], repeated: ReadonlySet<string>): Sections {
  const sections = Map.groupBy(transfers, ({ id, status }) => {
    if (status === 'running') return 'running';
    return (status === 'failed' || status === 'blocked') && !repeated.has(id) ? 'failed' : 'history';
  });
  return {
    failed: newestFirst(sections.get('failed') ?? []),
    running: sections.get('running') ?? [],
    history: newestFirst(sections.get('history') ?? []),
  };
}

function newestFirst(transfers: readonly Transfer[]): readonly Transfer[] {
  const end = ({ endedAt, startedAt }: Transfer): number => endedAt ?? startedAt;
  return transfers.toSorted((one, other) => end(other) - end(one));
}

/** The ids of transfers that a later one repeats: the same definition in the same region, or the same image's download. */
export function begunAgain(transfers: readonly Transfer[]): ReadonlySet<string> {
  const groups = Map.groupBy(transfers, (transfer) => {
    const { cloud, region, file, key, imageId } = transfer;
    return JSON.stringify([cloud, region, ...(isDownload(transfer) ? [imageId] : [file, key])]);
  });
  const earlier = [...groups.values()].flatMap((group) =>
    group.toSorted((one, other) => one.startedAt - other.startedAt).slice(0, -1),
  );
  return new Set(earlier.map(({ id }) => id));
}

/** Whether every word of a filter is in the name, place, action or status of a transfer. */
export function isMatch({ name, cloud, region, action, status }: Transfer, filter: string): boolean {
  const text = [name, place(cloud, region), action, statusNames[status]].join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What the page keeps while it is hidden and over a reload of the window. */
export interface PageState {
  /** Transfers whose checksums the user folded or unfolded, by id. */
  readonly expanded: Readonly<Record<string, boolean>>;
  /** Pixels from the top. */
  readonly scroll: number;
}

/** What `getState` returned, whoever wrote it. */
export function readPageState(value: unknown): PageState {
  const state: unknown = typeof value === 'object' && value !== null ? value : {};
  const { expanded, scroll } = state as { readonly expanded?: unknown; readonly scroll?: unknown };
  const entries = typeof expanded === 'object' && expanded !== null ? Object.entries(expanded) : [];
  return {
    expanded: Object.fromEntries(entries.filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean')),
    scroll: typeof scroll === 'number' && Number.isFinite(scroll) ? Math.max(0, scroll) : 0,
  };
}

/** The state of the page that survives hiding and a reload of the window. */
export interface PageState {
  /** Whether the user unfolded the checksums, by transfer id. */
  readonly expanded: Readonly<Record<string, boolean>>;
  /** Pixels from the top. */
  readonly scroll: number;
}

/** Reads the value of `getState`, which may be invalid. */
export function readPageState(value: unknown): PageState {
  const state: unknown = typeof value === 'object' && value !== null ? value : {};
  const { expanded, scroll } = state as { readonly expanded?: unknown; readonly scroll?: unknown };
  const entries = typeof expanded === 'object' && expanded !== null ? Object.entries(expanded) : [];
  return {
    expanded: Object.fromEntries(entries.filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean')),
    scroll: typeof scroll === 'number' && Number.isFinite(scroll) ? Math.max(0, scroll) : 0,
  };
}

/** The state of the page that survives hiding and a reload of the window. */
export interface PageState {
  /** Whether the user unfolded the checksums, by transfer id. */
  readonly expanded: Readonly<Record<string, boolean>>;
  /** Whether the user opened or closed a row, by transfer id. */
  readonly opened: Readonly<Record<string, boolean>>;
  /** The text that filters the list; empty without one. */
  readonly filter: string;
  /** Pixels from the top. */
  readonly scroll: number;
}

/** Reads the value of `getState`, which may be invalid. */
export function readPageState(value: unknown): PageState {
  const state: unknown = typeof value === 'object' && value !== null ? value : {};
  const { expanded, opened, filter, scroll } = state as { readonly [K in keyof PageState]?: unknown };
  return {
    expanded: choices(expanded),
    opened: choices(opened),
    filter: typeof filter === 'string' ? filter : '',
    scroll: typeof scroll === 'number' && Number.isFinite(scroll) ? Math.max(0, scroll) : 0,
  };
}

function choices(value: unknown): Readonly<Record<string, boolean>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'));
}

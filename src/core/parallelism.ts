/** Sources on their way at once where nobody says otherwise: more share a slow link, on which each of them may stall. */
export const PARALLELISM = 4;

/** The most that can be asked for. */
export const PARALLELISM_AT_MOST = 64;

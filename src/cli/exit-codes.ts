/** Exit codes; scripts rely on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Only with `--detailed-exitcode`. */
  changes: 2,
  unverified: 3,
  usage: 64,
  cancelled: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

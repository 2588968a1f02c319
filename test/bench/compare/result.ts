import type { Cost } from './timed.ts';

/** What one contender needed for one piece of work, round by round. */
export interface Result {
  /** Results of one `work` are compared. */
  readonly work: string;
  readonly contender: string;
  readonly costs: readonly Cost[];
  /** Requests that one round sends, where they were counted. */
  readonly requests?: number;
  /** Where this is a point of a plot: which one, and at which size. */
  readonly growth?: { readonly plot: string; readonly unit: string; readonly size: number };
}

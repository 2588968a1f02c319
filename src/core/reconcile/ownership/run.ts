/** Whether the apply that marked an image may still be at work on it. `own`: it is one of this very process. */
export type RunState = 'own' | 'alive' | 'dead' | 'unknown';

/** The applies of this process, and what can be told of others. */
export interface Runs {
  /** A new run's name, which other processes can judge. */
  begin(): string;
  end(run: string): void;
  /** `unknown` for a run of another machine, and for one of this machine of which nothing certain can be told. */
  state(run: string): RunState;
}

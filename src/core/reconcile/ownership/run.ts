/** Whether the apply that marked an image may still be running. `own`: it runs in this process. */
export type RunState = 'own' | 'alive' | 'dead' | 'unknown';

/** The applies of this process, and the state of others. */
export interface Runs {
  /** The name of a new run, from which other processes can tell its state. */
  begin(): string;
  end(run: string): void;
  /** `unknown` for a run of another machine, or if its state is not certain. */
  state(run: string): RunState;
}

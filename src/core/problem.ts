/** How bad a problem is; the words are VS Code's. Only an `error` stops a plan from being applied. */
export type Severity = 'error' | 'warning' | 'information';

/** A stretch of a file's text, in UTF-16 code units. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** What an editor can do about a problem at once. `set-argument` writes an argument, or another value where it is written already. */
export interface ProblemFix {
  readonly kind: 'set-argument';
  readonly argument: string;
  readonly value: string | number | boolean;
}

/** Something wrong with a definition or a configuration, at its place in the file where there is one. */
export interface Problem {
  readonly severity: Severity;
  /** Stable, lower case with hyphens, e.g. `unknown-argument`. Scripts and quick fixes rely on it. */
  readonly code: string;
  /** Plain English: what is wrong and what to do about it. One or two sentences. */
  readonly message: string;
  readonly range?: TextRange;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  /** Ways out that are certain enough to be offered, the best first. */
  readonly fixes?: readonly ProblemFix[];
}

import type { ErrorCode } from './error-codes.ts';

/** How bad a problem is; the words are VS Code's. Only an `error` stops a plan from being applied. */
export type Severity = 'error' | 'warning' | 'information';

/** A range of a text, in UTF-16 code units. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** A fix for a problem, at the problem's own place. */
export type ProblemFix =
  /** Sets an argument of the definition. */
  | { readonly kind: 'set-argument'; readonly argument: string; readonly value: string | number | boolean }
  /** Renames the argument or property at the place. */
  | { readonly kind: 'rename'; readonly name: string }
  /** Replaces the value at the place. */
  | { readonly kind: 'set-value'; readonly value: string | number | boolean | readonly string[] }
  /** Removes the argument, property or item at the place. */
  | { readonly kind: 'remove' }
  /** Moves the argument or property at the place within its definition; `to` is a path like `properties/os_distro`. */
  | { readonly kind: 'move'; readonly to: string }
  /** Puts the consecutive objects of the file into one list. */
  | { readonly kind: 'make-list' }
  /** Moves the secret at the place to the editor's secret storage and leaves a reference. */
  | { readonly kind: 'keep-secret' };

/** A problem of a definition or a configuration, with its place in the file if it has one. */
export interface Problem {
  readonly severity: Severity;
  /** Stable, lower case with hyphens, e.g. `unknown-argument`. Scripts and quick fixes rely on it. */
  readonly code: ErrorCode;
  /** Plain English: what is wrong and what to do about it. One or two sentences. */
  readonly message: string;
  readonly range?: TextRange;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  /** Best first. */
  readonly fixes?: readonly ProblemFix[];
  /** Not an error in the text, but a state of the cloud, the login or this machine. */
  readonly outside?: true;
  /** The related position in another file, counted from 1. */
  readonly cause?: { readonly file: string; readonly line: number; readonly column: number };
}

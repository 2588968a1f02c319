import type { ErrorCode } from './error-codes.ts';

/** How bad a problem is; the words are VS Code's. Only an `error` stops a plan from being applied. */
export type Severity = 'error' | 'warning' | 'information';

/** A stretch of a file's text, in UTF-16 code units. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** A way out of a problem that is certain enough to be offered. Where a place is needed, it is the problem's own. */
export type ProblemFix =
  /** Writes an argument of the definition, or another value where it is written already. */
  | { readonly kind: 'set-argument'; readonly argument: string; readonly value: string | number | boolean }
  /** The argument or property at the place gets another name. */
  | { readonly kind: 'rename'; readonly name: string }
  /** The value at the place becomes another one. */
  | { readonly kind: 'set-value'; readonly value: string | number | boolean | readonly string[] }
  /** The argument, property or item at the place goes. */
  | { readonly kind: 'remove' }
  /** The argument or property at the place goes elsewhere in its definition; `to` is a path, as `properties/os_distro`. */
  | { readonly kind: 'move'; readonly to: string }
  /** The objects of the file, which stand one after the other, go into one list. */
  | { readonly kind: 'make-list' }
  /** The value at the place is a secret: it goes to the editor's secret storage, and a reference takes its place. */
  | { readonly kind: 'keep-secret' };

/** Something wrong with a definition or a configuration, at its place in the file where there is one. */
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
  /** The best first. */
  readonly fixes?: readonly ProblemFix[];
  /** Another file's place where it comes from, counted from 1. */
  readonly cause?: { readonly file: string; readonly line: number; readonly column: number };
}

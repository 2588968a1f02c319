import type { ErrorCode } from '../error-codes.ts';
import type { Severity, TextRange } from '../problem.ts';

/** Takes a problem at its place. */
export type ReportTerraform = (severity: Severity, code: ErrorCode, message: string, range: TextRange) => void;

import type { Severity, TextRange } from '../problem.ts';

/** Takes a problem at its place. */
export type ReportTerraform = (severity: Severity, code: string, message: string, range: TextRange) => void;

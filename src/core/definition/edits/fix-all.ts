import type { Problem } from '../../problem.ts';
import { applyEdits, type TextEdit } from './edit.ts';
import { differenceOf, fixEdits, type TextFix } from './fix.ts';
import { parseDefinitions } from '../parse.ts';

/** What is moved is moved one after the other; more than these are left to a second time. */
const ROUNDS_AT_MOST = 50;
/** A file with more slips than these is left to a second time, too. */
const FIXES_AT_MOST = 1000;

/** The edit that mends every slip of a text which can only mean one thing. None where there is none. */
export function fixAllEdits(text: string): TextEdit[] {
  let mended = text;
  for (let round = 0; round < ROUNDS_AT_MOST; round += 1) {
    const certain = parseDefinitions(mended, '').problems.filter(isCertain);
    const next = mendOnce(mended, certain.slice(0, FIXES_AT_MOST));
    if (next === mended) break;
    mended = next;
    if (certain.length > FIXES_AT_MOST) break;
  }
  return mended === text ? [] : [differenceOf(text, mended)];
}

/** Whether a problem is a slip that can be mended without asking. */
export function isCertain({ severity, fixes = [] }: Problem): boolean {
  const [only, ...others] = fixes;
  return severity !== 'information' && others.length === 0 && only !== undefined && kindIsCertain(only.kind);
}

/** What removes something, or writes what was not there, is for a person to decide. */
function kindIsCertain(kind: string): boolean {
  return kind === 'rename' || kind === 'set-value' || kind === 'move';
}

function mendOnce(text: string, certain: readonly Problem[]): string {
  const edits = certain.flatMap((problem) => editsOf(text, problem, (fix) => fix.kind !== 'move'));
  if (edits.length > 0) return applyEdits(text, edits);
  const [first] = certain;
  return first === undefined
    ? text
    : applyEdits(
        text,
        editsOf(text, first, () => true),
      );
}

function editsOf(text: string, { range, fixes = [] }: Problem, wanted: (fix: TextFix) => boolean): TextEdit[] {
  const [fix] = fixes;
  if (range === undefined || fix === undefined || fix.kind === 'keep-secret' || !wanted(fix)) return [];
  return fixEdits(text, range, fix);
}

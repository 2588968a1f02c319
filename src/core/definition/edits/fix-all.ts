import type { Problem } from '../../problem.ts';
import { applyEdits, type TextEdit } from './edit.ts';
import { differenceOf, fixEdits, type TextFix } from './fix.ts';
import { parseDefinitions } from '../parse.ts';

/** Moves are made one after the other, at most this many at a time. */
const ROUNDS_AT_MOST = 50;
/** Fixes at a time. */
const FIXES_AT_MOST = 1000;

/** The edit that fixes every problem of a text with only one possible fix. None if there is no such problem. */
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

/** Whether a problem can be fixed without asking. */
export function isCertain({ severity, fixes = [] }: Problem): boolean {
  const [only, ...others] = fixes;
  return severity !== 'information' && others.length === 0 && only !== undefined && kindIsCertain(only.kind);
}

/** A person decides about fixes that remove or add something. */
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

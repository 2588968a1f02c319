import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import type { CommonOptions } from './command-deps.ts';
import { Failure, messageOf } from '../core/failure.ts';
import type { Plan } from '../core/reconcile/model/plan.ts';
import {
  digestOf,
  filesToSend,
  savedEntry,
  SavedPlan,
  type PlanStates,
  type SavedEntry,
} from '../core/reconcile/saved/saved-plan.ts';
import { replaceText } from '../node/files/strict-files.ts';
import { readTextFile } from '../node/files/text-file.ts';

const BYTES_AT_MOST = 16 * 1024 * 1024;

/** Plans that go into one file, and how they were made. */
export type PlansToSave = Omit<SavedPlan, 'kind' | 'format_version' | 'plans'>;

/** The plans as they are saved; local files are read for their digests. Throws `saved-plan-blocked` for a blocked plan. */
export async function savedEntries(
  plans: readonly Plan[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly SavedEntry[]> {
  const files = new Map<string, string>();
  for (const path of filesToSend(plans)) files.set(path, await digestOfFile(path, signal));
  const states: PlanStates = { files, shown: (path) => shownPath(path, folder) };
  const entries = plans.map((plan) => savedEntry(plan, states));
  if (entries.every((entry) => entry !== undefined)) return entries;
  throw new Failure('saved-plan-blocked', 'The plan was not saved, because a part of it is blocked.', {
    next: 'Correct what blocks it and plan again.',
  });
}

/** Writes a saved plan, over an earlier one. Throws `file-not-written`. */
export async function writeSavedPlan(path: string, entries: readonly SavedEntry[], made: PlansToSave): Promise<void> {
  const plan: SavedPlan = { kind: 'glance-images saved plan', format_version: 1, ...made, plans: [...entries] };
  try {
    await replaceText(path, `${JSON.stringify({ ...plan, digest: digestOf(plan) }, undefined, 2)}\n`);
  } catch (error) {
    throw new Failure('file-not-written', `"${path}" was not written: ${messageOf(error)}.`, { cause: error });
  }
}

/**
 * Reads a saved plan; `undefined` where the path is something else, such as a definition. Throws `saved-plan-invalid` for one
 * that was changed or comes from another version.
 */
export async function readSavedPlan(path: string): Promise<SavedPlan | undefined> {
  const document = await readTextFile(path, { atMost: BYTES_AT_MOST }).then(parsed, () => undefined);
  if (!v.is(v.object({ kind: v.literal('glance-images saved plan') }), document)) return undefined;
  const read = v.safeParse(SavedPlan, document);
  const signed = v.safeParse(v.object({ digest: v.string() }), document);
  if (!read.success || !signed.success) throw invalid(path, 'is not of this version');
  if (digestOf(read.output) !== signed.output.digest) throw invalid(path, 'was changed after it was saved');
  return read.output;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(path: string, why: string): Failure {
  return new Failure('saved-plan-invalid', `The saved plan "${path}" ${why}.`, { next: 'Plan again with --out.' });
}

/** The path from the folder, with slashes, so that another checkout finds it. */
export function shownPath(path: string, folder: string): string {
  const shown = relative(folder, path);
  return isAbsolute(shown) ? path : shown.replaceAll('\\', '/');
}

async function digestOfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure('source-unreadable', `"${path}" can't be read: ${messageOf(error)}`, { cause: error });
  }
  return hash.digest('hex');
}

/** The definition files of a saved plan, as absolute paths. */
export function filesOf({ plans }: SavedPlan, folder: string): readonly string[] {
  return [...new Set(plans.map(({ file }) => resolve(folder, file)))];
}

/** The cloud and regions that a saved plan was restricted to, as options. */
export function placesOf({ cloud, regions }: SavedPlan): Pick<CommonOptions, 'cloud' | 'region'> {
  return { ...(cloud === null ? {} : { cloud }), ...(regions === null ? {} : { region: regions }) };
}

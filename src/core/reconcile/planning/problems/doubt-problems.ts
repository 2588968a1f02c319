import type { Definition } from '../../../definition/definition.ts';
import { problemAtSource } from '../../../definition/problem-at.ts';
import { sourceOf } from '../../../definition/source.ts';
import type { Problem } from '../../../problem.ts';
import type { Inspection, TextFinding, TextKind } from '../../../source/inspection/inspection.ts';

/** Bytes of a sector: no disk has fewer. */
const SECTOR = 512;

const ANYWAY = 'If that is intended, set "inspect": false.';
const FROM_SERVER = 'Servers answer so to a wrong address, a missing file or a missing login. Correct the address.';

/** Each kind of text: what it is, and what to do about it. `served`: the source is at an address. */
const TEXTS: Readonly<Record<TextKind, { readonly is: string; readonly next: string; readonly served?: string }>> = {
  'git-lfs-pointer': {
    is: 'a pointer of Git LFS',
    next: 'Get the file that it stands for with "git lfs pull".',
    served: 'Use the address of the file that it stands for.',
  },
  'git-annex-pointer': {
    is: 'a pointer of git-annex',
    next: 'Get the file that it stands for with "git annex get".',
    served: 'Use the address of the file that it stands for.',
  },
  html: { is: 'an HTML page', next: 'Download the file again.', served: FROM_SERVER },
  xml: { is: 'an XML document', next: 'Download the file again.', served: FROM_SERVER },
  json: { is: 'a JSON document', next: 'Download the file again.', served: FROM_SERVER },
  plain: { is: 'text', next: 'Use the right file.' },
};

/**
 * Why a source can't be any disk. Glance takes every byte as `raw`, and what it can't tell by its content (`ami`, `ploop`…)
 * likewise, so that nobody else notices.
 */
export function doubtProblems(
  definition: Definition,
  name: string,
  { text, size, formats, wrapping }: Inspection,
): readonly Problem[] {
  if (text !== undefined) {
    const message = `The source "${name}" is not a disk but ${describeText(definition, text)} ${ANYWAY}`;
    return [problemAtSource(definition, 'error', 'source-not-a-disk', message)];
  }
  if (definition.arguments.disk_format !== 'raw' || size >= SECTOR || formats.length > 0 || wrapping !== null)
    return [];
  const message = `The source "${name}" has ${String(size)} bytes, less than one sector, and no disk is that small. Use the right file. ${ANYWAY}`;
  return [problemAtSource(definition, 'error', 'source-not-a-disk', message)];
}

/** What a text is, what it begins with and what to do about it: goes after `it is `. */
export function describeText(definition: Definition, { kind, begins }: TextFinding): string {
  const { is, next, served = next } = TEXTS[kind];
  return `${is}, which begins with ${begins}. ${sourceOf(definition).kind === 'file' ? next : served}`;
}

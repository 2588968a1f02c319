import type { Definition } from '../../../definition/definition.ts';
import type { Problem } from '../../../problem.ts';
import type { FlawCode } from '../../../source/inspection/inspection.ts';
import { RELEASE_CODES } from './release-problems.ts';
import { problemAtSource } from '../../../definition/problem-at.ts';
import type { ErrorCode } from '../../../error-codes.ts';
import { type Plan, SENDS } from '../../model/plan.ts';

interface FlawText {
  /** Goes after `The source "NAME" `. */
  readonly is: string;
  readonly next: string;
}

const REFUSED = 'Glance 30 (2025.1) and later refuses it with 415.';
const WHOLE = 'Convert it to a single file with "qemu-img convert" and use that.';

/** Flaws that make a source useless, or unsafe, in every cloud. */
export type FatalFlaw = Exclude<FlawCode, 'partition-table-invalid'>;

const TEXTS: Readonly<Record<FatalFlaw, FlawText>> = {
  'source-backing-file': {
    is: 'contains only the differences from another file',
    next: `That file is not sent to the cloud, and its name could make a server open one of its own files. ${REFUSED} ${WHOLE}`,
  },
  'source-data-file': {
    is: 'keeps its data in another file',
    next: `That file is not sent to the cloud, and its name could make a server open one of its own files. ${REFUSED} ${WHOLE}`,
  },
  'source-outside-extents': {
    is: 'is a VMDK whose data is in other files',
    next: `Those are not sent to the cloud, and their names could make a server open its own files. ${REFUSED} Convert it with "qemu-img convert -O vmdk -o subformat=streamOptimized".`,
  },
  'source-encrypted': {
    is: 'is encrypted',
    next: 'No server can read it without its key, and Glance cannot store the key. Decrypt it with "qemu-img convert" and use the result.',
  },
  'source-unknown-features': {
    is: 'uses qcow2 features that Glance does not know',
    next: `${REFUSED} Rewrite it with "qemu-img convert -O qcow2".`,
  },
  'source-subformat': {
    is: 'uses a variant of its format that clouds do not accept',
    next: `${REFUSED} Convert it with qemu-img.`,
  },
  'source-damaged': { is: 'is damaged', next: 'Servers fail to boot from it. Download it again.' },
  'source-truncated': {
    is: 'is truncated',
    next: 'An interrupted download leaves such a file. Download it again.',
  },
};

const FATAL_FLAWS = Object.keys(TEXTS) as FatalFlaw[];

/** What a flaw of the source means for its definition, at the argument that names the source. */
export function flawProblem(definition: Definition, name: string, code: FatalFlaw, detail: string): Problem {
  const { is, next } = TEXTS[code];
  return problemAtSource(definition, 'error', code, `The source "${name}" ${is}: ${detail}. ${next}`);
}

/** Problems that an inspection of the bytes finds. */
const OF_BYTES: ReadonlySet<ErrorCode> = new Set([
  ...FATAL_FLAWS,
  'source-not-a-disk',
  'source-compressed',
  'source-archive',
  'format-mismatch',
  'format-ambiguous',
  ...RELEASE_CODES,
  'min-disk-too-small',
]);

/** What a plan that sends bytes warns of in them. */
export function bytesWarnings({ action, problems }: Pick<Plan, 'action' | 'problems'>): readonly Problem[] {
  return SENDS.has(action) ? problemsOfBytes({ problems }).filter(({ severity }) => severity === 'warning') : [];
}

/** What a plan says of the bytes of its source. */
export function problemsOfBytes({ problems }: Pick<Plan, 'problems'>): readonly Problem[] {
  return problems.filter(({ code }) => OF_BYTES.has(code));
}

/** Whether a plan made again warns of something in its bytes that the agreed one did not show: a source from elsewhere is inspected once it is here. */
export function warnsAnew(agreed: Plan, now: Plan): boolean {
  const said = new Set(agreed.problems.filter(({ severity }) => severity !== 'information').map(({ code }) => code));
  return bytesWarnings(now).some(({ code }) => !said.has(code));
}

import type { Definition } from '../../../definition/definition.ts';
import type { Problem, Severity } from '../../../problem.ts';
import type { Flaw, FlawCode } from '../../../source/inspection/inspection.ts';
import { problemAtSource } from '../../../definition/problem-at.ts';
import type { ErrorCode } from '../../../error-codes.ts';
import { type Plan, SENDS } from '../../model/plan.ts';

interface FlawText {
  readonly severity: Severity;
  /** Goes after `The source "NAME" `. */
  readonly is: string;
  readonly next: string;
}

const REFUSED = 'Glance 30 (2025.1) and later refuses it with 415.';
const WHOLE = 'Convert it to a single file with "qemu-img convert" and use that.';

const TEXTS: Readonly<Record<FlawCode, FlawText>> = {
  'source-backing-file': {
    severity: 'error',
    is: 'contains only the differences from another file',
    next: `That file is not sent to the cloud, and its name could make a server open one of its own files. ${REFUSED} ${WHOLE}`,
  },
  'source-data-file': {
    severity: 'error',
    is: 'keeps its data in another file',
    next: `That file is not sent to the cloud, and its name could make a server open one of its own files. ${REFUSED} ${WHOLE}`,
  },
  'source-outside-extents': {
    severity: 'error',
    is: 'is a VMDK whose data is in other files',
    next: `Those are not sent to the cloud, and their names could make a server open its own files. ${REFUSED} Convert it with "qemu-img convert -O vmdk -o subformat=streamOptimized".`,
  },
  'source-encrypted': {
    severity: 'error',
    is: 'is encrypted',
    next: 'No server can read it without its key, and Glance cannot store the key. Decrypt it with "qemu-img convert" and use the result.',
  },
  'source-unknown-features': {
    severity: 'error',
    is: 'uses qcow2 features that Glance does not know',
    next: `${REFUSED} Rewrite it with "qemu-img convert -O qcow2".`,
  },
  'source-subformat': {
    severity: 'error',
    is: 'uses a variant of its format that clouds do not accept',
    next: `${REFUSED} Convert it with qemu-img.`,
  },
  'source-damaged': { severity: 'error', is: 'is damaged', next: 'Servers fail to boot from it. Download it again.' },
  'source-truncated': {
    severity: 'error',
    is: 'is truncated',
    next: 'An interrupted download leaves such a file. Download it again.',
  },
  'partition-table-invalid': {
    severity: 'warning',
    is: 'has a partition table that Glance objects to',
    next: 'Glance 33 (2026.2) and later refuses it with 415, unless its operator has set "gpt_safety_checks_nonfatal".',
  },
};

const FLAW_CODES = Object.keys(TEXTS) as FlawCode[];

/** What a flaw of the source means for its definition, at the argument that names the source. */
export function flawProblem(definition: Definition, name: string, { code, detail }: Flaw): Problem {
  const { severity, is, next } = TEXTS[code];
  return problemAtSource(definition, severity, code, `The source "${name}" ${is}: ${detail}. ${next}`);
}

/** Problems that an inspection of the bytes finds. */
const OF_BYTES: ReadonlySet<ErrorCode> = new Set([
  ...FLAW_CODES,
  'source-not-a-disk',
  'source-compressed',
  'source-archive',
  'format-mismatch',
  'format-ambiguous',
  'vhd-fixed',
  'iso-hybrid',
  'min-disk-too-small',
]);

/** What a plan that sends bytes warns of in them. */
export function bytesWarnings({ action, problems }: Pick<Plan, 'action' | 'problems'>): readonly Problem[] {
  if (!SENDS.has(action)) return [];
  return problems.filter(({ severity, code }) => severity === 'warning' && OF_BYTES.has(code));
}

/** Whether a plan made again warns of something in its bytes that the agreed one did not show: a source from elsewhere is inspected once it is here. */
export function warnsAnew(agreed: Plan, now: Plan): boolean {
  const said = new Set(agreed.problems.map(({ code }) => code));
  return bytesWarnings(now).some(({ code }) => !said.has(code));
}

import type { Definition } from '../../../definition/definition.ts';
import type { Problem, Severity } from '../../../problem.ts';
import type { Flaw, FlawCode } from '../../../source/inspection/inspection.ts';
import { problemAtSource } from '../../../definition/problem-at.ts';

interface FlawText {
  readonly severity: Severity;
  /** Goes after `The source "NAME" `. */
  readonly is: string;
  readonly next: string;
}

const REFUSED = 'Glance 30 (2025.1) and later refuses it with 415.';
const WHOLE = 'Make it one whole file with "qemu-img convert" and name that.';

const TEXTS: Readonly<Record<FlawCode, FlawText>> = {
  'source-backing-file': {
    severity: 'error',
    is: 'is only the difference to another file',
    next: `That file does not go to the cloud, and a name in it could make a server open a file of its own. ${REFUSED} ${WHOLE}`,
  },
  'source-data-file': {
    severity: 'error',
    is: 'keeps its data in another file',
    next: `That file does not go to the cloud, and a name in it could make a server open a file of its own. ${REFUSED} ${WHOLE}`,
  },
  'source-outside-extents': {
    severity: 'error',
    is: 'is a VMDK whose data is in other files',
    next: `Those do not go to the cloud, and a name among them could make a server open a file of its own. ${REFUSED} Convert it with "qemu-img convert -O vmdk -o subformat=streamOptimized".`,
  },
  'source-encrypted': {
    severity: 'error',
    is: 'is encrypted',
    next: 'No server can read it without its key, and Glance has no place for that. Decrypt it with "qemu-img convert" and name the result.',
  },
  'source-unknown-features': {
    severity: 'error',
    is: 'needs features of qcow2 that Glance does not know',
    next: `${REFUSED} Write it anew with "qemu-img convert -O qcow2".`,
  },
  'source-subformat': {
    severity: 'error',
    is: 'is in a variant of its format that clouds do not take',
    next: `${REFUSED} Convert it with qemu-img.`,
  },
  'source-damaged': { severity: 'error', is: 'is damaged', next: 'Servers fail to boot from it. Get it again.' },
  'source-truncated': {
    severity: 'error',
    is: 'is cut: its end is missing',
    next: 'A download that broke off leaves such a file. Get it again.',
  },
  'partition-table-invalid': {
    severity: 'warning',
    is: 'has a partition table that Glance objects to',
    next: 'Glance 33 (2026.2) and later refuses it with 415, unless its operator has set "gpt_safety_checks_nonfatal".',
  },
};

/** What a flaw of the source means for its definition, at the argument that names the source. */
export function flawProblem(definition: Definition, name: string, { code, detail }: Flaw): Problem {
  const { severity, is, next } = TEXTS[code];
  return problemAtSource(definition, severity, code, `The source "${name}" ${is}: ${detail}. ${next}`);
}

import type { Definition } from '../../../definition/definition.ts';
import { problemAt, problemAtSource } from '../../../definition/problem-at.ts';
import type { ErrorCode } from '../../../error-codes.ts';
import { describeReleases, isAmong, type Releases } from '../../../glance/releases.ts';
import type { Problem } from '../../../problem.ts';
import { leadingFormat, type Flaw, type Inspection } from '../../../source/inspection/inspection.ts';

/** Problems that only some releases of Glance have with a source. */
type ReleaseCode = Extract<ErrorCode, 'iso-hybrid' | 'vhd-fixed' | 'partition-table-invalid'>;

/** What some releases refuse. */
interface Objection {
  readonly code: ReleaseCode;
  readonly fact: string;
  readonly refusedBy: Releases;
  readonly next: string;
  /** Where the problem is shown: at the source, unless `disk_format` is what to change. */
  readonly at: 'source' | 'disk_format';
  readonly fixes?: Problem['fixes'];
}

/** A source as it would be sent, and to where. */
export interface SentSource {
  /** As a person knows it: a path or an address. */
  readonly name: string;
  readonly inspection: Inspection;
  readonly sends: boolean;
  /** The releases that the cloud may have. */
  readonly cloud: Releases;
}

const SINCE_30: Releases = { from: 30, to: Infinity };
/** They refuse all files that match two formats; 32 and later except discs with a partition table. */
const WITHOUT_HYBRIDS: Releases = { from: 30, to: 31 };
const SINCE_33: Releases = { from: 33, to: Infinity };

export const RELEASE_CODES: ReadonlySet<ErrorCode> = new Set<ReleaseCode>([
  'iso-hybrid',
  'vhd-fixed',
  'partition-table-invalid',
]);

/** Whether the release of the cloud matters to these problems. */
export function dependsOnRelease(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => RELEASE_CODES.has(code));
}

/** A disc that also has a partition table, and so boots from a USB stick. Most installers are such. */
export function hybridProblems(definition: Definition, source: SentSource): readonly Problem[] {
  const { name, inspection } = source;
  const leader = leadingFormat(inspection.formats);
  if (inspection.formats.length < 2 || leader === undefined || leader === 'several') return [];
  const fact = `The disc in "${name}" also has a partition table, so that it can boot from a USB stick.`;
  if (definition.arguments.disk_format === 'raw') {
    const fixes = [{ kind: 'set-argument', argument: 'disk_format', value: 'iso' }] as const;
    const next = 'Set "disk_format": "iso".';
    const asRaw = `${fact} "disk_format" says "raw", and Glance does not choose between the two.`;
    return [
      problemOf(
        definition,
        { code: 'iso-hybrid', fact: asRaw, refusedBy: SINCE_30, next, at: 'disk_format', fixes },
        source,
      ),
    ];
  }
  const next = 'If it is refused, use a copy whose first 512 bytes are zero: it still boots as a CD.';
  return [problemOf(definition, { code: 'iso-hybrid', fact, refusedBy: WITHOUT_HYBRIDS, next, at: 'source' }, source)];
}

/** A VHD that only its end shows: Glance detects it as raw. */
export function fixedVhdProblem(definition: Definition, source: SentSource): Problem {
  const fact = `The source "${source.name}" is a fixed-size VHD, which is recognized only by its end.`;
  const next = 'Convert it with "qemu-img convert -O vpc -o subformat=dynamic".';
  return problemOf(definition, { code: 'vhd-fixed', fact, refusedBy: SINCE_30, next, at: 'disk_format' }, source);
}

/** A partition table that Glance checks and does not like. */
export function partitionTableProblem(definition: Definition, { detail }: Flaw, source: SentSource): Problem {
  const fact = `The source "${source.name}" has a partition table that Glance objects to: ${detail}.`;
  const next =
    'Write a correct partition table, or ask the operator of the cloud to add "mbr" to "gpt_safety_checks_nonfatal".';
  return problemOf(
    definition,
    { code: 'partition-table-invalid', fact, refusedBy: SINCE_33, next, at: 'source' },
    source,
  );
}

function problemOf(definition: Definition, objection: Objection, { sends, cloud }: SentSource): Problem {
  const { code, fact, refusedBy, next, at, fixes } = objection;
  const problem = (severity: Problem['severity'], text: string): Problem => {
    const message = `${fact} ${text}`;
    const placed =
      at === 'source'
        ? problemAtSource(definition, severity, code, message)
        : problemAt(definition, severity, code, message, at);
    return fixes === undefined ? placed : { ...placed, fixes };
  };
  const others = describeReleases(refusedBy);
  const anyway = definition.arguments.inspect === false ? '' : ' To send it anyway, set "inspect": false.';
  if (!sends) return problem('information', `It is refused with 415 by ${others}.`);
  switch (isAmong(cloud, refusedBy)) {
    case 'no':
      return problem(
        'information',
        `This cloud has ${describeReleases(cloud)} and accepts it. It is refused with 415 by ${others}.`,
      );
    case 'yes':
      return problem('error', `This cloud has ${describeReleases(cloud)} and refuses it with 415. ${next}${anyway}`);
    case 'perhaps':
      return problem(
        'warning',
        `It is refused with 415, once all bytes are sent, by ${others}. This cloud ${mayHave(cloud)}. ${next}`,
      );
  }
}

function mayHave(cloud: Releases): string {
  return cloud.from === 0 && cloud.to === Infinity ? 'does not tell its release' : `has ${describeReleases(cloud)}`;
}

import type { Definition } from '../../../definition/definition.ts';
import type { Problem, Severity } from '../../../problem.ts';
import { describeText, doubtProblems } from './doubt-problems.ts';
import { flawProblem } from './flaw-problems.ts';
import {
  leadingFormat,
  type ContentFormat,
  type FormatFinding,
  type Inspection,
  type Wrapping,
} from '../../../source/inspection/inspection.ts';
import { describeBytes } from '../../../byte-count.ts';
import { problemAt, problemAtSource } from '../../../definition/problem-at.ts';

/** A source as it would be sent: where it is, and what its headers say. */
export interface InspectedSource {
  /** As a person knows it: a path or an address. */
  readonly name: string;
  readonly inspection: Inspection;
}

/** Formats that Glance tells by their content; the others (`ami`, `ploop`…) it can't. */
const TOLD_BY_CONTENT = new Set<string>(['raw', 'qcow2', 'qed', 'vmdk', 'vhd', 'vhdx', 'vdi', 'iso', 'gpt', 'luks']);
/** Formats of disks; kernels and ramdisks are compressed by nature. */
const DISKS = new Set<string>([...TOLD_BY_CONTENT, 'ploop']);
/** What `decompress` undoes. */
const DECOMPRESSED: ReadonlySet<Wrapping> = new Set(['gzip', 'bzip2', 'xz', 'zstd']);

const CONTENT: Readonly<Record<ContentFormat, string>> = {
  qcow2: 'a qcow2 disk',
  qed: 'a QED disk',
  vmdk: 'a VMDK disk',
  vhd: 'a VHD disk',
  vhdx: 'a VHDX disk',
  vdi: 'a VDI disk',
  iso: 'an ISO 9660 or UDF disc',
  gpt: 'a raw disk with a partition table',
  luks: 'a disk encrypted with LUKS',
};

const WRAPPED: Readonly<Record<Wrapping, string>> = {
  gzip: 'compressed with gzip',
  bzip2: 'compressed with bzip2',
  xz: 'compressed with xz',
  zstd: 'compressed with zstd',
  lz4: 'compressed with lz4',
  lzip: 'compressed with lzip',
  zip: 'a ZIP archive',
  '7z': 'a 7-Zip archive',
  tar: 'a tar archive',
};

const GIBIBYTE = 1024 ** 3;
const WHAT_GLANCE_DOES =
  'Glance 30 (2025.1) and later refuses that with 415 once all bytes are sent; 25 to 29 store it without an error, and servers fail to boot from it.';

/**
 * What is wrong with a source for this definition, before any byte is sent. If nothing is sent, the image exists already and
 * everything is a warning at most, as with `"inspect": false`.
 */
export function inspectionProblems(
  definition: Definition,
  source: InspectedSource,
  sends: boolean,
): readonly Problem[] {
  const { inspection } = source;
  const { decompress, container_format: container } = definition.arguments;
  const unpackedFirst = inspection.wrapping !== null && DECOMPRESSED.has(inspection.wrapping) && decompress === true;
  if (unpackedFirst) return [];
  const problems = [
    // Glance looks into `bare` only: what another container holds is not a disk by itself.
    ...(container === 'bare' ? [...wrappingProblems(definition, source), ...contentProblems(definition, source)] : []),
    ...inspection.formats.flatMap(({ flaws }) => flaws.map((flaw) => flawProblem(definition, source.name, flaw))),
    ...sizeProblems(definition, source),
  ];
  const refuses = sends && definition.arguments.inspect !== false;
  return refuses
    ? problems
    : problems.map((problem) => (problem.severity === 'error' ? { ...problem, severity: 'warning' } : problem));
}

function wrappingProblems(definition: Definition, { name, inspection }: InspectedSource): readonly Problem[] {
  const { wrapping } = inspection;
  const { disk_format: declared } = definition.arguments;
  if (wrapping === null || !DISKS.has(declared)) return [];
  const is = `The source "${name}" is ${WRAPPED[wrapping]}, not the disk itself.`;
  if (DECOMPRESSED.has(wrapping)) {
    const text = `${is} Glance would store it as it is, and no server boots from that. Set "decompress": true.`;
    return [withFix(problemAtSource(definition, 'error', 'source-compressed', text), 'decompress', true)];
  }
  const next =
    wrapping === 'tar' ? 'If it is an OVA, set "container_format": "ova". Otherwise, unpack it.' : 'Unpack it first.';
  return [problemAtSource(definition, 'error', 'source-archive', `${is} Servers don't boot from that. ${next}`)];
}

/** What is no disk at all needs no word about its format. Of the other formats, Glance tells that they are not what they should be. */
function contentProblems(definition: Definition, source: InspectedSource): readonly Problem[] {
  const { disk_format: declared } = definition.arguments;
  const isTold = declared !== 'raw' && TOLD_BY_CONTENT.has(declared);
  const doubts = isTold ? [] : doubtProblems(definition, source.name, source.inspection);
  return doubts.length > 0 ? doubts : formatProblems(definition, source);
}

function formatProblems(definition: Definition, source: InspectedSource): readonly Problem[] {
  const { name, inspection } = source;
  const { disk_format: declared } = definition.arguments;
  if (inspection.fixedVhd && declared === 'vhd') return [fixedVhd(definition, name)];
  const found = leadingFormat(inspection.formats);
  if (found === 'several') return [ambiguous(definition, source)];
  if (found === undefined) return unrecognised(definition, source);
  if (found.format === declared) return hybrid(definition, source);
  if (declared === 'raw') return declaredRaw(definition, source, found);
  const text = `The source "${name}" is ${CONTENT[found.format]} by its content, but "disk_format" says "${declared}". ${WHAT_GLANCE_DOES}`;
  return [mismatch(definition, 'error', text, found.format)];
}

function unrecognised(definition: Definition, { name, inspection }: InspectedSource): readonly Problem[] {
  const { disk_format: declared } = definition.arguments;
  if (declared === 'raw' || !TOLD_BY_CONTENT.has(declared) || inspection.wrapping !== null) return [];
  const isText =
    inspection.text === undefined
      ? 'Use the right file, or set "disk_format": "raw" if it holds the plain bytes of a disk.'
      : `It is ${describeText(definition, inspection.text)}`;
  const text = `The source "${name}" is not ${declared}, and it is no other format that Glance knows. ${WHAT_GLANCE_DOES} ${isText}`;
  return [problemAt(definition, 'error', 'format-mismatch', text, 'disk_format')];
}

function declaredRaw(
  definition: Definition,
  { name, inspection }: InspectedSource,
  found: FormatFinding,
): readonly Problem[] {
  if (found.format === 'gpt' || inspection.formats.length > 1) return [];
  if (found.format === 'luks') {
    if (Object.hasOwn(definition.arguments.properties ?? {}, 'cinder_encryption_key_id')) return [];
    const text = `The source "${name}" is encrypted with LUKS, but has no property "cinder_encryption_key_id" for its key, so servers can't read it.`;
    return [problemAtSource(definition, 'warning', 'source-encrypted', text)];
  }
  const text = `The source "${name}" is ${CONTENT[found.format]} by its content, but "disk_format" says "raw". Glance accepts that, but a server would see the ${found.format} file itself as its disk.`;
  return [mismatch(definition, 'warning', text, found.format)];
}

function mismatch(definition: Definition, severity: Severity, text: string, format: ContentFormat): Problem {
  const right = format === 'gpt' ? 'raw' : format;
  if (right === 'luks' || right === 'qed')
    return problemAt(definition, severity, 'format-mismatch', text, 'disk_format');
  const problem = problemAt(
    definition,
    severity,
    'format-mismatch',
    `${text} Set "disk_format": "${right}".`,
    'disk_format',
  );
  return withFix(problem, 'disk_format', right);
}

function ambiguous(definition: Definition, { name, inspection }: InspectedSource): Problem {
  const all = inspection.formats.map(({ format }) => CONTENT[format]).join(' and ');
  const text = `The source "${name}" matches several formats: ${all}. Glance 30 (2025.1) and later refuses such a file with 415, because one format may hide another. Convert it with qemu-img, or use another file.`;
  return problemAtSource(definition, 'error', 'format-ambiguous', text);
}

function hybrid(definition: Definition, { name, inspection }: InspectedSource): readonly Problem[] {
  if (inspection.formats.length < 2) return [];
  const text = `The disc in "${name}" also has a partition table, so that it can boot from a USB stick. Glance accepts it as an ISO.`;
  return [problemAtSource(definition, 'information', 'iso-hybrid', text)];
}

function fixedVhd(definition: Definition, name: string): Problem {
  const text = `The source "${name}" is a fixed-size VHD, which is recognized only by its end. Glance 30 (2025.1) and later detects it as raw and refuses it with 415. Convert it with "qemu-img convert -O vpc -o subformat=dynamic" for such a cloud.`;
  return problemAt(definition, 'warning', 'vhd-fixed', text, 'disk_format');
}

function sizeProblems(definition: Definition, { name, inspection }: InspectedSource): readonly Problem[] {
  const { min_disk_gb: minimum, disk_format: declared } = definition.arguments;
  if (minimum === undefined || minimum === 0) return [];
  const found = leadingFormat(inspection.formats);
  const isDisk = found !== undefined && found !== 'several' && found.format === declared;
  const bytes = isDisk ? found.virtualSize : declared === 'raw' ? inspection.size : null;
  if (bytes === null || bytes <= minimum * GIBIBYTE) return [];
  const needed = Math.ceil(bytes / GIBIBYTE);
  const text = `The disk in "${name}" has ${describeBytes(bytes)}, more than "min_disk_gb": ${minimum}. A server with such a small disk fails to start. Set "min_disk_gb": ${needed}.`;
  return [withFix(problemAt(definition, 'warning', 'min-disk-too-small', text, 'min_disk_gb'), 'min_disk_gb', needed)];
}

function withFix(problem: Problem, argument: string, value: string | number | boolean): Problem {
  return { ...problem, fixes: [{ kind: 'set-argument', argument, value }] };
}

import type { ArgumentValue, Report } from './reader.ts';
import { matchesGlob } from '../../globs.ts';
import type { Member } from '../text/syntax-tree.ts';

/** An argument as an object writes it; `value` is null where it was refused. */
export interface WrittenArgument {
  readonly member: Member;
  readonly value: ArgumentValue | null;
}

type Written = ReadonlyMap<string, WrittenArgument>;

/** Two arguments that can't stand together, reported at the second. `when` limits a rule to some values of the second. */
interface Conflict {
  readonly first: string;
  readonly second: string;
  readonly why: string;
  readonly when?: (second: ArgumentValue | null, first: ArgumentValue | null) => boolean;
}

const isTrue = (value: ArgumentValue | null): boolean => value === true;
const noPasswordsForGlance = 'Glance would store the credentials as plain text in its task.';

const CONFLICTS: readonly Conflict[] = [
  { first: 'region', second: 'regions', why: 'Name one region with "region" or several with "regions".' },
  { first: 'local_file_path', second: 'image_source_url', why: 'An image has one source.' },
  {
    first: 'local_file_path',
    second: 'web_download',
    when: isTrue,
    why: 'Glance can only fetch from "image_source_url".',
  },
  {
    first: 'decompress',
    second: 'web_download',
    when: (second, first) => isTrue(second) && isTrue(first),
    why: 'Glance fetches the bytes as they are.',
  },
  { first: 'image_source_username', second: 'web_download', when: isTrue, why: noPasswordsForGlance },
  { first: 'image_source_password', second: 'web_download', when: isTrue, why: noPasswordsForGlance },
];

/** Arguments that say something about a download. */
const ABOUT_DOWNLOADS: readonly string[] = ['image_source_username', 'image_source_password', 'image_source_checksum'];

/** Whether an argument could do nothing but conflict, or nothing at all, beside others. */
export function isForbiddenBy(there: ReadonlySet<string>, name: string): boolean {
  if (there.has('local_file_path') && ABOUT_DOWNLOADS.includes(name)) return true;
  return CONFLICTS.some(
    ({ first, second }) => (name === first && there.has(second)) || (name === second && there.has(first)),
  );
}

/** Reports what the arguments of one definition say against each other. */
export function reportConflicts(written: Written, report: Report): void {
  for (const { first, second, why, when } of CONFLICTS) {
    const other = written.get(first);
    const member = written.get(second);
    if (other === undefined || member === undefined) continue;
    if (when !== undefined && !when(member.value, other.value)) continue;
    const message = `"${second}" conflicts with "${first}". ${why}`;
    report('error', 'conflicting-arguments', message, member.member.keyRange, [{ kind: 'remove' }]);
  }
  reportUrlArguments(written, report);
  reportWebDownload(written, report);
  reportMembers(written, report);
  reportIgnored(written, report);
}

/** What says something about a download needs one. */
function reportUrlArguments(written: Written, report: Report): void {
  if (written.has('image_source_url')) return;
  for (const name of ABOUT_DOWNLOADS) {
    const member = written.get(name);
    if (member === undefined) continue;
    const message = `"${name}" needs "image_source_url", because it applies to the download.`;
    report('error', 'missing-argument', message, member.member.keyRange, [{ kind: 'remove' }]);
  }
}

/** Ports that Glance fetches from by default (`[import_filtering_opts] allowed_ports` of glance-image-import.conf). */
const IMPORT_PORTS: ReadonlySet<string> = new Set(['', '80', '443']);

function reportWebDownload(written: Written, report: Report): void {
  const download = written.get('web_download');
  if (download?.value !== true) return;
  const url = written.get('image_source_url');
  if (url === undefined) {
    report(
      'error',
      'missing-argument',
      '"web_download" needs "image_source_url", because Glance fetches it.',
      download.member.keyRange,
    );
    return;
  }
  if (typeof url.value !== 'string') return;
  const { username, password, port } = new URL(url.value);
  if (username + password !== '') {
    const message = `"web_download" conflicts with a user or password in "image_source_url". ${noPasswordsForGlance}`;
    report('error', 'conflicting-arguments', message, url.member.value.range);
  }
  if (!IMPORT_PORTS.has(port)) {
    const message = `Glance fetches only from ports 80 and 443, unless the operator of the cloud allows ${port}.`;
    report('warning', 'web-download-port', message, url.member.value.range);
  }
}

function reportMembers(written: Written, report: Report): void {
  const members = written.get('members');
  if (members === undefined || written.get('visibility')?.value === 'shared') return;
  report(
    'error',
    'conflicting-arguments',
    '"members" needs "visibility": "shared", because Glance shares no other image.',
    members.member.keyRange,
    [{ kind: 'set-argument', argument: 'visibility', value: 'shared' }],
  );
}

/** A property that is written and ignored would not be written: one of the two is a mistake. */
function reportIgnored(written: Written, report: Report): void {
  const globs = written.get('ignore')?.value;
  const properties = written.get('properties')?.member.value;
  if (!Array.isArray(globs) || properties?.type !== 'object') return;
  const texts = globs.filter((glob: unknown) => typeof glob === 'string');
  for (const { key, keyRange } of properties.members) {
    if (!matchesGlob(texts, key)) continue;
    const message = `${JSON.stringify(key)} is also in "ignore", so it would not be written. Remove it from one of the two.`;
    report('error', 'ignored-property', message, keyRange, [{ kind: 'remove' }]);
  }
}

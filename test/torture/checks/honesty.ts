import type { Client, Outcome } from '../machine/client.ts';
import type { Violation } from '../history.ts';

/** One entry of a document of the command line, as far as it is looked at here. */
export interface Entry {
  readonly file?: string;
  readonly key?: string;
  readonly region: string;
  readonly action?: string;
  readonly status?: string;
  readonly image_id: string | null;
  readonly verified?: Readonly<Record<string, boolean | null>>;
  readonly error?: { readonly code: string; readonly message: string } | null;
  readonly problems?: readonly { readonly severity: string; readonly code: string; readonly message: string }[];
}

const CODES: ReadonlySet<number | null> = new Set([0, 1, 2, 3, 130]);
/** What a user must never see: the inside of the program. */
const RAW =
  /TypeError|ReferenceError|RangeError|UnhandledPromise|\[object Object\]|\bDEP\d{4}\b|^\s+at .+:\d+:\d+\)?$|\[unexpected\]/m;

/** The plans or results of its document; none where it wrote none. */
export function entriesOf({ stdout }: Outcome): readonly Entry[] {
  if (stdout.trim() === '') return [];
  const { plans, results, regions } = JSON.parse(stdout) as Record<string, readonly Entry[] | undefined>;
  return plans ?? results ?? regions ?? [];
}

/** What a client said of itself that is not true by its own words. */
export function dishonesty(client: Client, outcome: Outcome): readonly Violation[] {
  if (client.killed) return [];
  const { code, stdout, stderr } = outcome;
  const words = client.words.join(' ');
  const evidence = `${words}\nexit ${String(code)}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
  const found: Violation[] = [];
  const say = (kind: string, text: string): void => void found.push({ kind, text: `${words}: ${text}`, evidence });
  // Interrupted before it has begun, or when it is done, it ends as the system ends it.
  const bySignal = client.interrupted && code === null;
  if (!CODES.has(code) && !bySignal) say('exit code unknown', `it ended with ${String(code)}`);
  const raw = RAW.exec(stderr) ?? RAW.exec(stdout);
  if (raw !== null) say('raw error shown', JSON.stringify(raw[0].trim()));
  if (!client.words.includes('--json')) return found;
  let entries: readonly Entry[];
  try {
    entries = entriesOf(outcome);
  } catch {
    say('no document', 'its standard output is no JSON');
    return found;
  }
  if (stdout.trim() === '') {
    if (code === 0 || code === 3) say('exit code not honest', `it ended with ${code} and reported nothing`);
    return found;
  }
  const honest = codeFor(client.words, entries);
  if (code !== honest && code !== 130 && !bySignal)
    say('exit code not honest', `it ended with ${String(code)}; what it reports is ${String(honest)}`);
  for (const { status, verified, region } of entries) {
    const proven = verified?.multihash === true || verified?.md5 === true;
    const compared = Object.values(verified ?? {}).includes(false);
    if (status === 'done' && (compared || (verified?.size === true && !proven)))
      say('done without proof', `done in ${region}, verified ${JSON.stringify(verified)}`);
  }
  return found;
}

function codeFor(words: readonly string[], entries: readonly Entry[]): number {
  const [command] = words;
  const has = (...statuses: readonly string[]): boolean =>
    entries.some(({ status }) => statuses.includes(status ?? ''));
  if (command === 'plan') {
    if (entries.some(({ action }) => action === 'blocked')) return 1;
    const changes = entries.some(({ action }) => action !== 'none' && action !== 'adopt');
    return words.includes('--detailed-exitcode') && changes ? 2 : 0;
  }
  if (has('cancelled')) return 130;
  if (command === 'apply') {
    if (has('failed', 'partial', 'blocked', 'declined')) return 1;
    return has('unverified') ? 3 : 0;
  }
  if (command === 'rollback') return entries.every(({ status }) => status === 'done') ? 0 : 1;
  if (command === 'delete') return entries.every(({ status }) => status === 'deleted') ? 0 : 1;
  if (command === 'list') return entries.every(({ error }) => error == null) ? 0 : 1;
  return 0;
}

import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import * as tls from 'node:tls';
import { Failure, messageOf } from '../core/failure.ts';
import { replaceText } from '../node/files/strict-files.ts';
import { announcements, openFolder, type Announcement } from './announcement.ts';

/** ms until a host that was started has to listen. */
const START_WAIT = 10_000;
const LOOK_EVERY = 25;

/** How a transfer host is started. */
export interface StartOptions {
  readonly folder: string;
  readonly version: string;
  /** Absolute path of `transfer-host.cjs`. */
  readonly program: string;
  /** Certificates, as PEM, that this process trusts besides Node's own. */
  readonly certificates: () => readonly string[];
  readonly signal?: AbortSignal;
}

/** The host of this version, started if there is none. Throws `transfer-host`. */
export async function hostOf(options: StartOptions): Promise<Announcement> {
  const { folder, version } = options;
  await openFolder(folder);
  const running = (await announcements(folder)).find((each) => each.version === version);
  if (running !== undefined) return running;
  const ended = await startProcess(options);
  for (let waited = 0; waited < START_WAIT; waited += LOOK_EVERY) {
    const found = (await announcements(folder)).find((each) => each.version === version);
    if (found !== undefined) return found;
    if (ended() !== undefined && ended() !== 0) break;
    await setTimeout(LOOK_EVERY, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
  throw new Failure('transfer-host', `The transfer host does not start. Its log is ${logOf(folder)}.`);
}

/** Certificates that this process trusts besides those that Node brings. */
export function trustedCertificates(system: boolean): readonly string[] {
  return [...tls.getCACertificates('extra'), ...(system ? tls.getCACertificates('system') : [])];
}

/**
 * A process of its own session, so that neither the end of its parent nor of a terminal ends it. What may be secret does not
 * go into its environment. Returns a function that tells its exit code.
 */
async function startProcess({
  folder,
  version,
  program,
  certificates,
}: StartOptions): Promise<() => number | undefined> {
  const trusted = [...new Set(certificates())];
  const bundle = join(folder, 'certificates.pem');
  await replaceText(bundle, trusted.join('\n'));
  const log = await open(logOf(folder), 'w', 0o600);
  try {
    const child = spawn(process.execPath, [program, folder, version], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: folder,
      windowsHide: true,
      env: {
        ...harmless(process.env),
        ...(trusted.length === 0 ? {} : { NODE_EXTRA_CA_CERTS: bundle }),
        ...(process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }),
      },
    });
    let code: number | undefined;
    child.on('exit', (status) => (code = status ?? 1));
    child.on('error', () => (code = 1));
    child.unref();
    return () => code;
  } catch (error) {
    throw new Failure('transfer-host', `The transfer host does not start: ${messageOf(error)}`, { cause: error });
  } finally {
    await log.close();
  }
}

/** What a process needs to find its folders and to speak the user's language. */
function harmless(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const wanted =
    /^(?:HOME|PATH|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|APPDATA|LOCALAPPDATA|USERPROFILE|SystemRoot|HOMEDRIVE|HOMEPATH)$/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => wanted.test(name)));
}

function logOf(folder: string): string {
  return join(folder, 'transfer-host.log');
}

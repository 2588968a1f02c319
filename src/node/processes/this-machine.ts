import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import process from 'node:process';
import { systemCode } from '../../core/failure.ts';

/** ms that a system program may take to answer. */
const ANSWER_AT_MOST = 5000;

/** Identifies the machine of a process. A part that the platform does not tell is empty. */
export interface MachineFacts {
  /** Constant for the life of an installation; empty if only the names of host and user are known, which may not be unique. */
  readonly installation: string;
  /** Changes at every boot. */
  readonly boot: string;
  /** The namespace in which process ids are unique. */
  readonly namespace: string;
  /** Whether this is the namespace of the machine itself and not of a container. */
  readonly outermost: boolean;
}

/** Linux gives its first process namespace this number (`PROC_PID_INIT_INO`). */
const OUTERMOST = 'pid:[4026531836]';

/** The identity of this machine. Starts a program on macOS and Windows, which have no files for it. */
export function machineFacts(platform: NodeJS.Platform = process.platform): MachineFacts {
  switch (platform) {
    case 'linux': {
      const namespace = told(() => readlinkSync('/proc/self/ns/pid'));
      return {
        installation: read('/etc/machine-id') || read('/var/lib/dbus/machine-id'),
        boot: read('/proc/sys/kernel/random/boot_id'),
        namespace,
        outermost: namespace === OUTERMOST,
      };
    }
    case 'darwin': {
      const device = run('/usr/sbin/ioreg', '-rd1', '-c', 'IOPlatformExpertDevice');
      const boot = run('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid');
      return { installation: /"IOPlatformUUID" = "([^"]+)"/.exec(device)?.[1] ?? '', boot, ...ONE_NAMESPACE };
    }
    case 'win32': {
      const reg = `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\reg.exe`;
      const value = run(reg, 'query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid');
      return { installation: /REG_SZ\s+(\S+)/.exec(value)?.[1] ?? '', boot: 'unknown', ...ONE_NAMESPACE };
    }
    default:
      return { installation: read('/etc/machine-id') || read('/etc/hostid'), boot: '', ...ONE_NAMESPACE };
  }
}

const ONE_NAMESPACE = { namespace: 'the only one', outermost: true } as const;

/**
 * When a process started, as the platform writes it: a later process with the same id has another start. `undefined`
 * if the process has ended or the platform does not tell.
 */
export function startOf(processId: number, platform: NodeJS.Platform = process.platform): string | undefined {
  if (platform === 'linux') return startInStat(read(`/proc/${processId}/stat`));
  if (platform === 'win32') return undefined;
  return run('/bin/ps', '-o', 'lstart=', '-p', String(processId)) || undefined;
}

/** Field 22 of `/proc/PID/stat` (`proc(5)`). */
export function startInStat(stat: string): string | undefined {
  return fieldsOf(stat)[19];
}

/** The fields from the third one on: the second, the program's name, may hold blanks and brackets. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * Whether a process of this machine runs. A zombie does not: it was killed, and its parent has not noticed, as the first
 * process of a container often never does.
 */
export function isRunning(processId: number, platform: NodeJS.Platform = process.platform): boolean {
  try {
    process.kill(processId, 0);
    return platform !== 'linux' || !/^[ZX]/.test(fieldsOf(read(`/proc/${processId}/stat`))[0] ?? '');
  } catch (error) {
    // EPERM: it runs as another user.
    return systemCode(error) === 'EPERM';
  }
}

/** This machine and user, hashed, because other members of the project can read it on the image. */
export function thisMachine(): string {
  return hashed(`${hostname()}\n${homedir()}`);
}

/** A short hash that reveals nothing about the machine. */
export function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function read(file: string): string {
  return told(() => readFileSync(file, 'utf8'));
}

function run(program: string, ...parameters: readonly string[]): string {
  const environment = { LC_ALL: 'C', TZ: 'UTC' };
  return told(() =>
    execFileSync(program, parameters, {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: ANSWER_AT_MOST,
      windowsHide: true,
    }),
  );
}

/** The platform's value; empty if it has none. */
function told(ask: () => string): string {
  try {
    return ask().trim();
  } catch {
    // Not available: callers treat it as unknown.
    return '';
  }
}

import { parseArgs } from 'node:util';
import { messageOf } from '../core/failure.ts';
import { NEWEST, RELEASES, type Release } from './release.ts';
import { startSandbox } from './sandbox.ts';

export { startSandbox };

/**
 * The sandbox as a separate process: `sandbox.cjs --dir DIR [--port PORT] [--release 25|33] [--maximum-bytes N] [--demo-only]
 * [--while-stdin] [--import-source HOST:PORT]…`.
 * Prints one line of JSON when it answers, `{"cloudsFile","authUrl","release"}`, and runs until SIGTERM or SIGINT;
 * with `--while-stdin` also until its standard input closes, when its parent process has ended. Glance's web-download
 * may fetch from an import source, even on loopback or another port.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      port: { type: 'string', default: '0' },
      release: { type: 'string', default: String(NEWEST) },
      'maximum-bytes': { type: 'string' },
      'demo-only': { type: 'boolean', default: false },
      'while-stdin': { type: 'boolean', default: false },
      'import-source': { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.dir === undefined) throw new Error('--dir is missing: the folder that the sandbox keeps its data in.');
  // Before printing: the reader of the line may end this process at once.
  const end = ended(values['while-stdin']);
  const maximumBytes = values['maximum-bytes'];
  const sandbox = await startSandbox({
    directory: values.dir,
    port: numberOf('--port', values.port),
    release: releaseOf(values.release),
    importSources: values['import-source'],
    ...(values['demo-only'] ? { users: ['demo'] } : {}),
    ...(maximumBytes === undefined
      ? {}
      : {
          maximumBytes: numberOf('--maximum-bytes', maximumBytes),
          quotaBytes: numberOf('--maximum-bytes', maximumBytes),
        }),
  });
  const { cloudsFile, authUrl, release } = sandbox;
  process.stdout.write(`${JSON.stringify({ cloudsFile, authUrl, release })}\n`);
  await end;
  await sandbox.stop();
}

function releaseOf(text: string): Release {
  const release = RELEASES.find((each) => String(each) === text);
  if (release === undefined) throw new Error(`--release can be ${RELEASES.join(' or ')}, the releases of Glance.`);
  return release;
}

function numberOf(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name} ${text} is no number.`);
  return Number(text);
}

/** Resolves when this process should end. */
function ended(withStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (!withStdin) return;
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
    process.stdin.resume();
  });
}

// Loaded by another program, it only exports `startSandbox`.
if (import.meta.main) {
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exit(1);
    },
  );
}

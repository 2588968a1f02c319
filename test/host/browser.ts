import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { DOWNLOADS } from './folders.ts';
import { installBrowser } from './install.ts';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** For root, without a display, and quiet towards the rest of the world. */
const PARAMETERS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless browser: `CHROMIUM_PATH`, an installed one, else the one from npm. */
export async function launchBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH: given } = process.env;
  const installed = given ?? INSTALLED.find((path) => existsSync(path));
  return chromium.launch({ executablePath: installed ?? (await fromNpm()), args: PARAMETERS });
}

async function fromNpm(): Promise<string> {
  const folder = await installBrowser();
  const temporary = join(DOWNLOADS, 'browser-temporary');
  await mkdir(temporary, { recursive: true });
  const before = process.env.TMPDIR;
  // It unpacks the libraries that a bare machine lacks only where it takes itself for AWS Lambda, and into TMPDIR.
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
  process.env.TMPDIR = temporary;
  if (existsSync('/etc/fonts/fonts.conf')) process.env.FONTCONFIG_PATH = '/etc/fonts';
  try {
    return await unpack(join(folder, 'build', 'index.js'));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

/** Has the package unpack its browser; returns the program's path. */
async function unpack(file: string): Promise<string> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (typeof module !== 'object' || module === null || !('default' in module))
    throw new Error(`No browser in ${file}.`);
  const browser: unknown = module.default;
  if (typeof browser !== 'function' || !('executablePath' in browser) || typeof browser.executablePath !== 'function') {
    throw new Error(`No browser in ${file}.`);
  }
  return String(await Reflect.apply(browser.executablePath, browser, []));
}

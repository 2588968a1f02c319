import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
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

interface Chromium {
  readonly executablePath: string;
  readonly environment: NodeJS.ProcessEnv;
}

let fromNpm: Promise<Chromium> | undefined;

/**
 * A headless browser: `CHROMIUM_PATH`, an installed one, else the one from npm.
 *
 * @throws where none is installed and npm has none for this machine
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = process.env.CHROMIUM_PATH || INSTALLED.find((path) => existsSync(path));
  if (installed) return chromium.launch({ executablePath: installed, args: PARAMETERS });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No browser is installed here: install Chrome or Edge, or name a Chromium in CHROMIUM_PATH.');
  }
  fromNpm ??= npmChromium();
  const { executablePath, environment } = await fromNpm;
  return chromium.launch({ executablePath, args: PARAMETERS, env: environment });
}

async function npmChromium(): Promise<Chromium> {
  const { packageFolder, unpacked } = await installBrowser(async (from, to) => {
    await executablePath(from, to);
  });
  return executablePath(packageFolder, unpacked);
}

/** Asks the package for its browser, which it unpacks into a folder where that has none. */
async function executablePath(packageFolder: string, unpacked: string): Promise<Chromium> {
  const before = { ...process.env };
  Object.assign(process.env, {
    // It brings the libraries that a bare machine lacks only where it takes itself for AWS Lambda.
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    TMPDIR: unpacked,
    ...(existsSync('/etc/fonts/fonts.conf') ? { FONTCONFIG_PATH: '/etc/fonts' } : {}),
  });
  try {
    const path = await askPackage(join(packageFolder, 'build', 'index.js'));
    const libraries = [join(unpacked, 'al2023', 'lib'), before.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
    const fonts = process.env.FONTCONFIG_PATH ?? join(unpacked, 'fonts');
    return { executablePath: path, environment: { ...before, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: fonts } };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
}

async function askPackage(file: string): Promise<string> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (typeof module !== 'object' || module === null || !('default' in module))
    throw new Error(`No browser in ${file}.`);
  const browser: unknown = module.default;
  if (typeof browser !== 'function' || !('executablePath' in browser) || typeof browser.executablePath !== 'function') {
    throw new Error(`No browser in ${file}.`);
  }
  return String(await Reflect.apply(browser.executablePath, browser, []));
}

import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../../src/features/transfers/page-html.ts';
import type { FromPage, ToPage } from '../../../src/webview/transfers/protocol.ts';
import { ROOT } from '../../host/folders.ts';
import { themes } from './themes.ts';

const origin = 'http://transfers.test';

/** How a page is opened. */
export interface OpenOptions {
  readonly theme?: string;
  /** Pixels. */
  readonly width?: number;
  /** The system's own colours in place of all others, dark or light. */
  readonly forcedColours?: 'dark' | 'light';
  /** What `getState` returns. */
  readonly state?: unknown;
}

/** The page of the transfers panel in a browser of its own, with the test in the place of the extension. */
export class OpenPage {
  readonly page: Page;
  /** What the page sent, in order. */
  readonly received: FromPage[] = [];
  /** What the page last gave to `setState`. */
  state: unknown;
  /** Uncaught errors and what the content security policy refused. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
  }

  /** Posts a message as the extension does, and returns once the page has dealt with it. */
  async post(message: ToPage): Promise<void> {
    await this.page.evaluate((posted) => {
      const dealtWith = new Promise((resolve) => window.addEventListener('message', resolve, { once: true }));
      window.postMessage(posted);
      return dealtWith.then(() => undefined);
    }, message);
  }
}

/** Loads the page with the HTML, the style sheet and the content security policy that it has in VS Code. */
export async function openPage(browser: Browser, options: OpenOptions = {}): Promise<OpenPage> {
  const { theme = 'vscode-dark', width = 900, state, forcedColours } = options;
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  if (forcedColours !== undefined) await page.emulateMedia({ forcedColors: 'active', colorScheme: forcedColours });
  const open = new OpenPage(page);
  page.on('pageerror', (error) => open.complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') open.complaints.push(message.text());
  });
  await page.exposeFunction('received', (message: FromPage) => void open.received.push(message));
  await page.exposeFunction('keptState', (kept: unknown) => void (open.state = kept));
  await page.addInitScript(actAsVscode, { state, theme, colours: themes[theme] ?? {} });
  const files = new Map([
    ['/', { contentType: 'text/html', body: html() }],
    ['/transfers.js', { contentType: 'text/javascript', body: await script() }],
    [
      '/transfers.css',
      { contentType: 'text/css', body: await readFile(join(ROOT, 'media/css/transfers.css'), 'utf8') },
    ],
  ]);
  await page.route(`${origin}/**`, (route) =>
    route.fulfill(files.get(new URL(route.request().url()).pathname) ?? { status: 404 }),
  );
  await page.goto(`${origin}/`);
  return open;
}

function html(): string {
  return pageHtml({
    cspSource: origin,
    nonce: 'bm9uY2U=',
    script: `${origin}/transfers.js`,
    style: `${origin}/transfers.css`,
    title: 'Glance Transfers',
  });
}

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src/webview/transfers/main.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Runs in the page, before its own script. */
function actAsVscode({
  state,
  theme,
  colours,
}: {
  state: unknown;
  theme: string;
  colours: Record<string, string>;
}): void {
  const call = (name: string, value: unknown): unknown =>
    Reflect.apply(Reflect.get(window, name) as () => void, window, [value]);
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => call('received', message),
      getState: () => state,
      setState: (kept: unknown) => call('keptState', kept),
    }),
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = theme;
    for (const [name, colour] of Object.entries(colours)) document.documentElement.style.setProperty(name, colour);
  });
}

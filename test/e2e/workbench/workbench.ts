import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../host/browser.ts';
import { OUT } from '../../host/folders.ts';
import { startServer, type VsCodeServer } from '../../host/server.ts';
import { vsixUnderTest } from '../../host/vsix.ts';
import { Editor } from './editor.ts';
import { GlanceView } from './glance-view.ts';
import { notified } from './notifications.ts';
import { DARK, takePicture, takePictures, THEME_SETTINGS } from './pictures.ts';
import { QuickInput } from './quick-input.ts';
import { AT_MOST, press, until } from './until.ts';

export interface WorkbenchOptions {
  /** The folder that is open; none where omitted. */
  readonly workspace?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the workspace is trusted without asking; else VS Code asks. */
  readonly trust?: boolean;
}

/** Opens a folder, or a window without one, in a page with cookies and storage of its own, as another user's browser would. */
async function newWindow(browser: Browser, server: VsCodeServer, workspace: string | undefined): Promise<Page> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, permissions, ...DARK.media });
  page.setDefaultTimeout(AT_MOST);
  const address = new URL(`http://localhost:${server.port}/`);
  address.search = new URLSearchParams(workspace === undefined ? { ew: 'true' } : { folder: workspace }).toString();
  await page.goto(address.href);
  await page.locator('.monaco-workbench').waitFor();
  return page;
}

/** A real VS Code with the extension installed, in a browser; found its way around by roles and labels. */
export class Workbench {
  readonly page: Page;
  readonly editor: Editor;
  readonly view: GlanceView;
  readonly quickInput: QuickInput;
  readonly #browser: Browser;
  readonly #server: VsCodeServer;
  readonly #dataFolder: string;

  private constructor(page: Page, browser: Browser, server: VsCodeServer, dataFolder: string) {
    this.page = page;
    this.editor = new Editor(page);
    this.view = new GlanceView(page);
    this.quickInput = new QuickInput(page);
    this.#browser = browser;
    this.#server = server;
    this.#dataFolder = dataFolder;
  }

  static async open({ workspace, environment, trust = true }: WorkbenchOptions): Promise<Workbench> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    const extensions = [vsixUnderTest()];
    const settings = THEME_SETTINGS;
    const server = await startServer({ dataFolder, trust, development: false, environment, settings, extensions });
    const browser = await launchBrowser().catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    const page = await newWindow(browser, server, workspace);
    return new Workbench(page, browser, server, dataFolder);
  }

  /** Another window of the same VS Code, with an extension host of its own; gone with this one. */
  async another(workspace: string): Promise<Workbench> {
    const page = await newWindow(this.#browser, this.#server, workspace);
    return new Workbench(page, this.#browser, this.#server, this.#dataFolder);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    // Its children end a moment after it and write until then.
    await rm(this.#dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }

  /** Ends the processes that run the extension, as a crash does. */
  killExtensionHosts(): Promise<void> {
    return this.#server.killExtensionHosts();
  }

  /** Keeps a picture in each theme under `out/screenshots`. */
  screenshot(name: string): Promise<void> {
    return takePictures(this.page, name);
  }

  /** Keeps, of a test that failed, a picture and what the extension logged, under `out`. */
  async keepTraces(title: string): Promise<void> {
    await takePicture(this.page, `failed ${title}`);
    const folder = join(OUT, 'logs', title.replace(/\W+/g, '-'));
    await cp(join(this.#dataFolder, 'data', 'logs'), folder, { recursive: true });
    await writeFile(join(folder, 'server.log'), this.#server.output());
  }

  /** Runs a command by its title in the palette. */
  command(title: string): Promise<void> {
    return this.quickInput.choose('F1', `>${title}`, title);
  }

  async openFile(name: string): Promise<void> {
    const tab = this.tab(name, { selected: true }).first();
    await until(
      (bound) => tab.waitFor(bound),
      () => this.quickInput.choose('Control+P', name, name),
    );
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  tab(name: string | RegExp, options: { readonly selected?: boolean } = {}): Locator {
    return this.page.getByRole('tab', { name, ...options });
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration').getByText(text).first();
  }

  /** Presses a lens until its effect shows. */
  pressLens(text: string | RegExp, effect: Locator): Promise<void> {
    return press(this.lens(text), effect);
  }

  /** Presses the lens that applies, which opens the panel of transfers. */
  apply(): Promise<void> {
    return this.pressLens('Apply this image', this.webview().getByText('Glance Transfers').first());
  }

  /** Presses the lens that previews, and waits until live and desired stand side by side. */
  preview(): Promise<void> {
    return this.pressLens('Preview changes', this.differences());
  }

  /** Live and desired, side by side. */
  differences(): Locator {
    return this.page.locator('.multiDiffEntry, .monaco-diff-editor').first();
  }

  /** Waits until the panel of transfers has that many verified uploads. */
  async verified(uploads: number): Promise<void> {
    const verdicts = this.webview().getByText(/Verified: size, MD5 and SHA-512 match/);
    await verdicts.nth(uploads - 1).waitFor();
  }

  /** The page that the extension shows: the panel of transfers, or a plan. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** The card of a transfer that holds this text. */
  card(text: string): Locator {
    return this.webview().getByRole('article').filter({ hasText: text });
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Answers a question that says this with a button, after a picture of that name. Returns all that the question says. */
  async answer(button: string | RegExp, asked: string | RegExp, picture?: string): Promise<string> {
    await this.dialog().getByText(asked).first().waitFor();
    const text = (await this.dialog().textContent()) ?? '';
    if (picture !== undefined) await this.screenshot(picture);
    await this.dialog().getByRole('button', { name: button }).click();
    return text;
  }

  /** Waits for a notification that says this, looks at it or presses its button, and clears it. */
  notified(text: string | RegExp, work: (entry: Locator) => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    return notified(this.page, text, work);
  }

  /** What an action writes to the clipboard. */
  async copied(copy: () => Promise<void>): Promise<string> {
    await this.page.evaluate(() => navigator.clipboard.writeText(''));
    const text = (): Promise<string> => this.page.evaluate(() => navigator.clipboard.readText());
    await until(async ({ timeout }) => {
      const end = performance.now() + timeout;
      while ((await text()) === '') if (performance.now() > end) throw new Error('The clipboard stays empty.');
    }, copy);
    return text();
  }
}

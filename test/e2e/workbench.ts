import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { OUT } from '../host/folders.ts';
import { startServer, type VsCodeServer } from '../host/server.ts';
import { vsixUnderTest } from '../host/vsix.ts';

/** The colour themes that every picture is taken in, each with the classes that say that workbench and webviews have it. */
const THEMES = [
  {
    folder: 'light',
    media: { colorScheme: 'light', forcedColors: 'none' },
    workbench: 'vs',
    webview: 'vscode-light',
  },
  {
    folder: 'high-contrast',
    media: { colorScheme: 'dark', forcedColors: 'active' },
    workbench: 'hc-black',
    webview: 'vscode-high-contrast',
  },
  // Last, because tests begin with it and go on in it.
  {
    folder: 'dark',
    media: { colorScheme: 'dark', forcedColors: 'none' },
    workbench: 'vs-dark',
    webview: 'vscode-dark',
  },
] as const;
const DARK = THEMES[2];

/** Has VS Code follow the page's media, which a test can change at any time. */
const SETTINGS = {
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
  'workbench.preferredLightColorTheme': 'Default Light Modern',
  'workbench.preferredHighContrastColorTheme': 'Default High Contrast',
};

/** Milliseconds within which all that a test waits for has come, on a machine that is busy with other things too: a bound against hanging, no measure of speed. */
const AT_MOST = 120_000;
/** Milliseconds after which a key or a click that shows nothing is taken for lost. */
const LOST_AFTER = 15_000;

/** What ends a single try. */
interface Bound {
  readonly timeout: number;
}

/**
 * Acts until a state is there that stays. VS Code loses keys and clicks that come while it draws: what is lost is done again, so
 * a second time has to be harmless. A state that is there before anything was done says nothing.
 *
 * @throws what the last try threw
 */
export async function until(
  state: (bound: Bound) => Promise<unknown>,
  act: (bound: Bound) => Promise<unknown>,
): Promise<void> {
  const bound = { timeout: LOST_AFTER };
  const end = performance.now() + AT_MOST;
  let acted = false;
  let failure: unknown;
  do {
    try {
      failure = undefined;
      await act(bound);
      acted = true;
    } catch (error) {
      failure = error;
      // Once it was done, what it would act on may be gone because that had its effect.
      if (!acted) continue;
    }
    try {
      await state(bound);
      return;
    } catch (error) {
      failure ??= error;
    }
  } while (performance.now() < end);
  throw failure;
}

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
  readonly #browser: Browser;
  readonly #server: VsCodeServer;
  readonly #dataFolder: string;

  private constructor(page: Page, browser: Browser, server: VsCodeServer, dataFolder: string) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
    this.#dataFolder = dataFolder;
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const { workspace, environment, trust = true } = options;
    const dataFolder = await mkdtemp(join(tmpdir(), 'glance-images-e2e-'));
    const extensions = [vsixUnderTest()];
    const server = await startServer({
      dataFolder,
      trust,
      development: false,
      environment,
      settings: SETTINGS,
      extensions,
    });
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

  /** Keeps a picture in each theme under `out/screenshots`. What is open stays open meanwhile. */
  async screenshot(name: string): Promise<void> {
    for (const theme of THEMES) {
      await this.#wear(theme);
      await this.#picture(theme, name);
    }
  }

  async #picture({ folder: theme }: (typeof THEMES)[number], name: string): Promise<void> {
    const folder = join(OUT, 'screenshots', theme);
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }

  /** Has VS Code and its webviews in this theme, as an operating system's choice does: no key is pressed, no focus moves. */
  async #wear({ media, workbench, webview }: (typeof THEMES)[number]): Promise<void> {
    await this.page.emulateMedia(media);
    await this.page.locator(`.monaco-workbench.${workbench}`).first().waitFor();
    for (const frame of await this.page.locator('iframe.webview.ready:visible').all())
      await frame.contentFrame().frameLocator('#active-frame').locator(`body.${webview}`).waitFor();
  }

  /** Keeps, of a test that failed, a picture and what the extension logged, under `out`. */
  async keepTraces(title: string): Promise<void> {
    await this.#picture(DARK, `failed ${title}`);
    const folder = join(OUT, 'logs', title.replace(/\W+/g, '-'));
    await cp(join(this.#dataFolder, 'data', 'logs'), folder, { recursive: true });
    await writeFile(join(folder, 'server.log'), this.#server.output());
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.#choose('F1', `>${title}`, title);
  }

  async openFile(name: string): Promise<void> {
    const tab = this.page.getByRole('tab', { name, selected: true }).first();
    await until(
      (bound) => tab.waitFor(bound),
      () => this.#choose('Control+P', name, name),
    );
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /**
   * Chooses from a list that a key opens, and opens it again where it was lost: it has only what there was as it opened, such as the
   * commands for the file that VS Code had in view, and a page that takes the focus just then closes it.
   */
  async #choose(key: string, typed: string, entry: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: entry }).first();
    await until(
      (bound) => row.waitFor({ state: 'hidden', ...bound }),
      async (bound) => {
        if (await input.isVisible()) await this.page.keyboard.press('Escape');
        await input.waitFor({ state: 'hidden', ...bound });
        await this.page.keyboard.press(key);
        await input.fill(typed, bound);
        await row.click(bound);
      },
    );
  }

  async openGlanceView(): Promise<void> {
    const view = this.page.locator('.sidebar').getByText('Glance Images').first();
    await this.press(this.page.getByRole('tab', { name: 'Glance Images' }).first(), view);
    // Its name would lie over the view.
    await this.#pointAtNothing();
  }

  /** A row of the Glance view whose label holds this text. */
  treeItem(text: string | RegExp): Locator {
    return this.page.locator('.sidebar').getByRole('treeitem', { name: text });
  }

  /** Has the children of a row shown. */
  async expand(row: Locator): Promise<void> {
    const expanded = row.and(this.page.locator('[aria-expanded="true"]'));
    await row.waitFor();
    if (!(await expanded.isVisible())) await this.press(row, expanded);
  }

  /** Right click, then an entry. VS Code's menus ignore a click that comes as they open, so it is repeated until they are gone. */
  async chooseFromMenu(row: Locator, entry: string | RegExp): Promise<void> {
    const item = await this.openMenu(row, entry);
    while ((await item.count()) > 0) await item.click({ timeout: 2000 }).catch(() => undefined);
  }

  /** Right click, until the menu with this entry is open. */
  async openMenu(row: Locator, entry: string | RegExp): Promise<Locator> {
    const item = this.page.getByRole('menuitem', { name: entry });
    await until(
      (bound) => item.waitFor(bound),
      (bound) => row.click({ button: 'right', ...bound }),
    );
    return item;
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration').getByText(text).first();
  }

  /** Presses a lens until its effect shows. */
  async pressLens(text: string | RegExp, effect: Locator): Promise<void> {
    await this.press(this.lens(text), effect);
  }

  /** Presses the lens that applies, which opens the panel of transfers. */
  async apply(): Promise<void> {
    await this.pressLens('Apply this image', this.transfers().getByText('Glance Transfers').first());
  }

  /** Presses until the effect shows: VS Code loses a click that comes while it draws lenses, or the rows of a view, anew. */
  async press(target: Locator, effect: Locator): Promise<void> {
    await until(
      (bound) => effect.first().waitFor(bound),
      (bound) => target.click(bound),
    );
  }

  /** Presses a button that goes away once it was taken. */
  async pressOnce(button: Locator): Promise<void> {
    await button.waitFor();
    await until(
      (bound) => button.waitFor({ state: 'hidden', ...bound }),
      (bound) => button.click(bound),
    );
  }

  /**
   * Waits for a notification in the list of all, where it stays, looks at it or presses its button, and clears it. What pops up
   * goes away by itself, and a fourth has the first go. A dialog that comes of the button stands before the list, which stays.
   */
  async notified(
    text: string | RegExp,
    work: (entry: Locator) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const list = this.page.locator('.notifications-center.visible');
    const closed = this.page.locator('.notifications-center:not(.visible)');
    const entry = list.locator('.notification-list-item').filter({ hasText: text }).first();
    const bell = this.page.locator('[id="status.notifications"]');
    // The list closes as the last progress in it ends.
    while (!(await entry.isVisible())) {
      if (!(await list.isVisible())) await this.press(bell, list);
      await entry.or(closed).first().waitFor({ state: 'attached' });
    }
    await this.#pointAtNothing();
    await work(entry);
    const gone = (what: Locator, bound: Bound): Promise<void> =>
      Promise.any([what.waitFor({ state: 'hidden', ...bound }), this.dialog().waitFor(bound)]);
    await until(
      (bound) => gone(entry, bound),
      async (bound) => {
        if (!(await entry.isVisible()) || (await this.dialog().isVisible())) return;
        await entry.hover(bound);
        await entry.getByRole('button', { name: /^Clear Notification/ }).click(bound);
      },
    );
    await until(
      (bound) => gone(list, bound),
      async (bound) => {
        if ((await list.isVisible()) && !(await this.dialog().isVisible())) await bell.click(bound);
      },
    );
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

  /** What is pointed at shows its name, over something else. */
  async #pointAtNothing(): Promise<void> {
    await this.page.mouse.move(700, 895);
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The page of the transfers panel. */
  transfers(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Workbench } from '../e2e/workbench/workbench.ts';
import { IMAGES, withManyImages } from './many-images.ts';
import type { Row } from './rounds.ts';

const PAGE_SIZE = 1000;

/** How long VS Code's own page stands still while the view loads, filters and scrolls 10,000 images of a region: its longest task. */
export async function view(): Promise<readonly Row[]> {
  return withManyImages(async (cloudsFile) => {
    const folder = await mkdtemp(join(tmpdir(), 'glance-images-bench-'));
    const workspace = join(folder, 'workspace');
    await mkdir(join(workspace, '.vscode'), { recursive: true });
    const settings = { 'glanceImages.explorer.pageSize': PAGE_SIZE };
    await writeFile(join(workspace, '.vscode', 'settings.json'), JSON.stringify(settings));
    const environment = {
      OS_CLIENT_CONFIG_FILE: cloudsFile,
      OS_CLOUD: 'sandbox',
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_DATA_HOME: join(folder, 'data'),
    };
    try {
      const window = await Workbench.open({ workspace, environment });
      try {
        return await measured(window);
      } finally {
        await window.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    }
  });
}

async function measured(window: Workbench): Promise<readonly Row[]> {
  const { page } = window;
  const rows = page.locator('.sidebar .monaco-list-rows').first();
  const shown = async (): Promise<number> => {
    const [row] = await window.view.rows(/./).all();
    if (row === undefined) throw new Error('The view is empty.');
    return rows.evaluate(
      (list, height) => Math.round(list.clientHeight / height),
      (await row.boundingBox())?.height ?? NaN,
    );
  };
  await window.view.open();
  await window.view.rows(/Image 0{12}/).waitFor();
  await page.locator('.sidebar .monaco-list').first().focus();
  await watchLongTasks(page);
  for (let loaded = await shown(); loaded < IMAGES; loaded = await shown()) {
    await page.keyboard.press('End');
    await window.view.rows(/Load more/).click();
    await rows.evaluate(
      (list, before) =>
        new Promise<void>((resolve) => {
          const look = (): void => (list.clientHeight > before ? resolve() : void requestAnimationFrame(look));
          look();
        }),
      await rows.evaluate((list) => list.clientHeight),
    );
  }
  const loading = await longestTask(page);
  for (const key of ['Home', 'End', 'Home', 'End']) await page.keyboard.press(key);
  for (let each = 0; each < 50; each += 1) await page.keyboard.press('PageUp');
  const scrolling = await longestTask(page);
  const what = (doing: string): string => `longest task of VS Code’s page as its view ${doing} ${IMAGES} images`;
  return [
    { what: what(`loads pages of ${PAGE_SIZE} up to`), measured: `${loading} ms`, budget: 'no stutter' },
    { what: what('scrolls through'), measured: `${scrolling} ms`, budget: 'no stutter' },
  ];
}

/** Has the page note how long its longest task was; tasks below 50 ms count as none. */
async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted = globalThis as { longestTask?: number };
    noted.longestTask = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        noted.longestTask = Math.max(noted.longestTask ?? 0, Math.round(duration));
    }).observe({ type: 'longtask' });
  });
}

async function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const noted = globalThis as { longestTask?: number };
    const { longestTask = 0 } = noted;
    noted.longestTask = 0;
    return longestTask;
  });
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { OUT } from '../../host/folders.ts';

/** A colour theme: the page's media that VS Code follows, and the classes that say that workbench and webviews have it. */
interface Theme {
  readonly folder: string;
  readonly media: { readonly colorScheme: 'light' | 'dark'; readonly forcedColors: 'none' | 'active' };
  readonly workbench: string;
  readonly webview: string;
}

/** The theme that tests begin with and go on in. */
export const DARK: Theme = {
  folder: 'dark',
  media: { colorScheme: 'dark', forcedColors: 'none' },
  workbench: 'vs-dark',
  webview: 'vscode-dark',
};

/** The themes that every picture is taken in. */
const THEMES: readonly Theme[] = [
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
  DARK,
];

/** Has VS Code follow the page's media, which a test can change at any time. */
export const THEME_SETTINGS = {
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
  'workbench.preferredLightColorTheme': 'Default Light Modern',
  'workbench.preferredHighContrastColorTheme': 'Default High Contrast',
};

/** Keeps a picture in each theme under `out/screenshots`. What is open stays open meanwhile. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await wear(page, theme);
    await takePicture(page, name, theme);
  }
}

/** Keeps a picture as the page is, in the folder of a theme. */
export async function takePicture(page: Page, name: string, { folder }: Theme = DARK): Promise<void> {
  await mkdir(join(OUT, 'screenshots', folder), { recursive: true });
  await page.screenshot({ path: join(OUT, 'screenshots', folder, `${name}.png`), animations: 'disabled' });
}

/** Has VS Code and its webviews in this theme, as an operating system's choice does: no key is pressed, no focus moves. */
async function wear(page: Page, { media, workbench, webview }: Theme): Promise<void> {
  await page.emulateMedia(media);
  await page.locator(`.monaco-workbench.${workbench}`).first().waitFor();
  for (const frame of await page.locator('iframe.webview.ready:visible').all())
    await frame.contentFrame().frameLocator('#active-frame').locator(`body.${webview}`).waitFor();
}

import type { Locator, Page } from 'playwright-core';
import { pointAtNothing, press, until, type Bound } from './until.ts';

/**
 * Waits for a notification in the list of all, where it stays, looks at it or presses its button, and clears it. What pops up
 * goes away by itself, and a fourth has the first go. A dialog that comes of the button stands before the list, which stays.
 */
export async function notified(
  page: Page,
  text: string | RegExp,
  work: (entry: Locator) => Promise<unknown>,
): Promise<void> {
  const list = page.locator('.notifications-center.visible');
  const closed = page.locator('.notifications-center:not(.visible)');
  const entry = list.locator('.notification-list-item').filter({ hasText: text }).first();
  const bell = page.locator('[id="status.notifications"]');
  const dialog = page.locator('.monaco-dialog-box');
  // The list closes as the last progress in it ends.
  while (!(await entry.isVisible())) {
    if (!(await list.isVisible())) await press(bell, list);
    await entry.or(closed).first().waitFor({ state: 'attached' });
  }
  await pointAtNothing(page);
  await work(entry);
  const gone = (what: Locator, bound: Bound): Promise<void> =>
    Promise.any([what.waitFor({ state: 'hidden', ...bound }), dialog.waitFor(bound)]);
  await until(
    (bound) => gone(entry, bound),
    async (bound) => {
      if (!(await entry.isVisible()) || (await dialog.isVisible())) return;
      await entry.hover(bound);
      await entry.getByRole('button', { name: /^Clear Notification/ }).click(bound);
    },
  );
  await until(
    (bound) => gone(list, bound),
    async (bound) => {
      if ((await list.isVisible()) && !(await dialog.isVisible())) await bell.click(bound);
    },
  );
}

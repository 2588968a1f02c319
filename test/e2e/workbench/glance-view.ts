import type { Locator, Page } from 'playwright-core';

import { pointAtNothing, press, until } from './until.ts';

/** The Glance view in VS Code's side bar. */
export class GlanceView {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    const view = this.#page.locator('.sidebar').getByText('Glance Images').first();
    await press(this.#page.getByRole('tab', { name: 'Glance Images' }).first(), view);
    // Its name would lie over the view.
    await pointAtNothing(this.#page);
  }

  /** The rows whose label holds this text. */
  rows(text: string | RegExp): Locator {
    return this.#page.locator('.sidebar').getByRole('treeitem', { name: text });
  }

  /** The first of them. */
  row(text: string | RegExp): Locator {
    return this.rows(text).first();
  }

  /** Waits until that many rows hold this text. */
  async shows(text: string | RegExp, rows = 1): Promise<void> {
    await this.rows(text)
      .nth(rows - 1)
      .waitFor();
  }

  /** Has the children of a row shown. */
  async expand(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    const expanded = row.and(this.#page.locator('[aria-expanded="true"]'));
    await row.waitFor();
    if (!(await expanded.isVisible())) await press(row, expanded);
  }

  selected(text: string | RegExp): Locator {
    return this.row(text).and(this.#page.locator('[aria-selected="true"]'));
  }

  /** Selects the rows of these images, again where a click was lost because they were drawn anew. */
  async select(first: string, ...others: readonly string[]): Promise<void> {
    await until(
      async (bound) => {
        for (const name of [first, ...others]) await this.selected(name).waitFor(bound);
      },
      async (bound) => {
        // What the click shows would take the place of what is opened next.
        await press(this.row(first), this.#page.getByRole('tab', { name: `${first}.json` }));
        for (const name of others) await this.row(name).click({ modifiers: ['ControlOrMeta'], ...bound });
      },
    );
  }

  /** Right click, then an entry. VS Code's menus ignore a click that comes as they open, so it is repeated until they are gone. */
  async choose(row: Locator, entry: string | RegExp): Promise<void> {
    const item = await this.openMenu(row, entry);
    while ((await item.count()) > 0) await item.click({ timeout: 2000 }).catch(() => undefined);
  }

  /** Right click, until the menu with this entry is open. */
  async openMenu(row: Locator, entry: string | RegExp): Promise<Locator> {
    const item = this.#page.getByRole('menuitem', { name: entry });
    await until(
      (bound) => item.waitFor(bound),
      (bound) => row.click({ button: 'right', ...bound }),
    );
    return item;
  }
}

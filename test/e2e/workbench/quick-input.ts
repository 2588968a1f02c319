import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** What VS Code asks with at its top: the palette, the list of files, and the choices and inputs of commands. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get box(): Locator {
    return this.#page.locator('.quick-input-widget');
  }

  /** Where text is typed. */
  get field(): Locator {
    return this.box.locator('input').first();
  }

  row(text: string | RegExp): Locator {
    return this.#page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Waits until it says this. */
  async says(text: string | RegExp): Promise<void> {
    await this.box.getByText(text).waitFor();
  }

  /** Takes what is chosen in a list of several. */
  async accept(): Promise<void> {
    await this.box.getByRole('button', { name: 'OK' }).click();
  }

  /** Types a text in place of what the field holds, and answers with it. */
  async enter(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  /** Waits until the field holds a text that ends so. */
  async suggests(end: string): Promise<void> {
    await this.#page.waitForFunction(
      (wanted) => document.querySelector<HTMLInputElement>('.quick-input-widget input')?.value.endsWith(wanted),
      end,
    );
  }

  /**
   * Chooses from a list that a key opens, and opens it again where it was lost: it has only what there was as it opened, such as the
   * commands for the file that VS Code had in view, and a page that takes the focus just then closes it.
   */
  async choose(key: string, typed: string, entry: string): Promise<void> {
    const row = this.row(entry);
    await until(
      (bound) => row.waitFor({ state: 'hidden', ...bound }),
      async (bound) => {
        if (await this.field.isVisible()) await this.#page.keyboard.press('Escape');
        await this.field.waitFor({ state: 'hidden', ...bound });
        await this.#page.keyboard.press(key);
        await this.field.fill(typed, bound);
        await row.click(bound);
      },
    );
  }
}

import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** The text editor that has the focus: its lines, its fixes and its completion. */
export class Editor {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The line that holds a text. */
  line(text: string): Locator {
    return this.#page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();
  }

  /** The menu of fixes at a word, opened until it has this one: it goes away again where the marks are drawn anew just then. */
  async fixAt(word: string, title: string | RegExp): Promise<Locator> {
    const fix = this.#page.locator('.action-widget').getByText(title).first();
    await until(
      (bound) => fix.waitFor(bound),
      async (bound) => {
        await this.#page.keyboard.press('Escape');
        await this.line(word).getByText(word).first().click(bound);
        await this.#page.keyboard.press('Control+.');
      },
    );
    return fix;
  }

  /** Takes a fix at a word, which writes this text. */
  async fix(word: string, title: string | RegExp, written: string): Promise<void> {
    await until(
      (bound) => this.line(written).waitFor(bound),
      async (bound) => {
        const fix = await this.fixAt(word, title);
        // VS Code covers the menu until the pointer moves.
        await fix.hover({ force: true, ...bound });
        await fix.click(bound);
      },
    );
  }

  suggestion(label: string): Locator {
    return this.#page.locator('.suggest-widget .monaco-list-row').filter({ hasText: label }).first();
  }

  /** Waits for a suggestion, and asks again where it went away or its cloud was slow. */
  async suggested(label: string): Promise<void> {
    const suggestion = this.suggestion(label);
    await until(
      (bound) => suggestion.waitFor(bound),
      (bound) =>
        suggestion.waitFor(bound).catch(async () => {
          await this.#page.keyboard.press('Escape');
          await this.#page.keyboard.press('Control+Space');
        }),
    );
  }

  /** Takes a suggestion, after which a line holds this text. */
  async complete(label: string, written: string): Promise<void> {
    await until(
      (bound) => this.line(written).waitFor(bound),
      async (bound) => {
        await this.suggested(label);
        // Enter takes the one that has the focus.
        await this.suggestion(label).and(this.#page.locator('.focused')).waitFor(bound);
        await this.#page.keyboard.press('Enter');
      },
    );
  }
}

import type { Locator, Page } from 'playwright-core';

/** Milliseconds within which all that a test waits for has come, on a machine that is busy with other things too: a bound against hanging, no measure of speed. */
export const AT_MOST = 120_000;
/** Milliseconds after which a key or a click that shows nothing is taken for lost. */
const LOST_AFTER = 15_000;

/** What ends a single try. */
export interface Bound {
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

/** Presses until the effect shows: VS Code loses a click that comes while it draws lenses, or the rows of a view, anew. */
export async function press(target: Locator, effect: Locator): Promise<void> {
  await until(
    (bound) => effect.first().waitFor(bound),
    (bound) => target.click(bound),
  );
}

/** Presses a button that goes away once it was taken. */
export async function pressOnce(button: Locator): Promise<void> {
  await button.waitFor();
  await until(
    (bound) => button.waitFor({ state: 'hidden', ...bound }),
    (bound) => button.click(bound),
  );
}

/** What is pointed at shows its name, over something else. */
export async function pointAtNothing(page: Page): Promise<void> {
  await page.mouse.move(700, 895);
}

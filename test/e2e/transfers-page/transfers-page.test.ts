import axe from 'axe-core';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { Transfer } from '../../../src/webview/transfers/protocol.ts';
import { launchBrowser } from '../../host/browser.ts';
import {
  differingTransfer,
  sampleTransfer,
  sampleTransfers,
  verifiedTransfer,
} from '../../unit/webview/transfers/sample-transfers.ts';
import { openPage } from './open-page.ts';
import type { OpenOptions, OpenPage } from './open-page.ts';
import { themes } from './themes.ts';

describe('the page of the transfers panel', () => {
  let browser: Browser;
  let open: OpenPage | undefined;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser.close());

  afterEach(async () => {
    assert.deepEqual(open?.complaints ?? [], []);
    await open?.page.close();
    open = undefined;
  });

  async function shown(transfers: readonly Transfer[], options?: OpenOptions): Promise<OpenPage> {
    open = await openPage(browser, options);
    await open.post({ type: 'all', transfers });
    return open;
  }

  it('says that it listens before it is sent anything, and what to do while there is nothing', async () => {
    const { received, page } = await shown([]);
    assert.deepEqual(received, [{ type: 'ready' }]);
    assert.match(await page.getByText('No transfers yet').innerText(), /Apply this image/);
  });

  it('shows a running upload with its bar, and both checksums with their verdict once it is done', async () => {
    const { page, post } = bound(await shown([sampleTransfer()]));
    const bar = page.getByRole('progressbar');
    assert.equal(await bar.getAttribute('aria-valuenow'), '40');
    assert.equal(await bar.getAttribute('aria-valuetext'), '410 MiB of 1 GiB, 40%');
    await post({ type: 'changed', transfer: verifiedTransfer() });
    assert.equal(await page.getByRole('progressbar').count(), 0);
    assert.equal(await page.getByRole('row', { name: 'SHA-512' }).getByText('Match', { exact: true }).count(), 1);
    assert.equal(await page.getByText('Verified: size, MD5 and SHA-512 match what the cloud reports.').count(), 1);
    assert.equal(await page.getByRole('heading', { name: 'History (1)' }).count(), 1);
  });

  it('shows what went wrong, what next and the request id', async () => {
    const { page } = await shown([differingTransfer()]);
    const card = page.getByRole('article');
    for (const text of ['is not what was sent', 'Apply again.', 'req-5b1de0f2-8a4b-4e0b-9a2e-7d1a5c9e1f11']) {
      assert.equal(await card.getByText(text).count(), 1, text);
    }
  });

  it('shows names as text', async () => {
    const { page } = await shown([sampleTransfer({ name: '<img src=x onerror=alert(1)>' })]);
    assert.equal(await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).count(), 1);
    assert.equal(await page.locator('img').count(), 0);
  });

  it('asks for what its buttons say', async () => {
    const { page, received } = await shown([
      sampleTransfer({ id: 'r' }),
      differingTransfer({ id: 'f', key: 'another' }),
      verifiedTransfer({ id: 'd' }),
    ]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Apply Again' }).click();
    await page.getByRole('button', { name: 'Open Image' }).click();
    await page.getByRole('button', { name: 'Open Definition' }).first().click();
    await page.getByRole('button', { name: 'Copy MD5' }).click();
    await page.getByRole('article').nth(1).getByRole('button', { name: 'Save Report' }).click();
    await page.getByRole('button', { name: 'Clear History' }).click();
    const copied = differingTransfer().digests[0];
    assert.deepEqual(received.slice(1), [
      { type: 'cancel', id: 'r' },
      { type: 'retry', id: 'f' },
      { type: 'openImage', id: 'd' },
      { type: 'openDefinition', id: 'r' },
      { type: 'copy', text: `md5 here ${String(copied?.here)}\nmd5 cloud ${String(copied?.cloud)}` },
      { type: 'saveReport', id: 'f' },
      { type: 'clear' },
    ]);
  });

  it('cancels all that runs with one button, where several do', async () => {
    const { page, post, received } = bound(await shown([sampleTransfer({ id: 'r' }), sampleTransfer({ id: 's' })]));
    const all = page.getByRole('button', { name: 'Cancel All' });
    await all.focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(received.at(-1), { type: 'cancelAll' });
    await post({ type: 'changed', transfer: verifiedTransfer({ id: 's' }) });
    assert.equal(await all.isVisible(), false, 'one has a button of its own');
    assert.equal(
      await page.evaluate(() => document.activeElement === document.body),
      false,
      'the keyboard lost its place',
    );
  });

  it('is worked with the keyboard alone, and keeps the focus through updates and the end of a transfer', async () => {
    const { page, post, received } = bound(await shown([sampleTransfer({ id: 'r' }), sampleTransfer({ id: 's' })]));
    const focused = (): Promise<string | null | undefined> => page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Cancel All');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Size and checksums');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Cancel');
    await post({ type: 'changed', transfer: sampleTransfer({ id: 'r', sent: 5e8 }) });
    assert.equal(await focused(), 'Cancel');
    await page.keyboard.press('Enter');
    assert.deepEqual(received.at(-1), { type: 'cancel', id: 'r' });
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Open Definition');
    await post({ type: 'changed', transfer: verifiedTransfer({ id: 'r' }) });
    assert.equal(await focused(), 'Open Definition');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await focused(), 'Open Image');
  });

  it('hands the focus of a button that goes away to its card', async () => {
    const { page, post } = bound(await shown([sampleTransfer({ id: 'r' })]));
    await page.getByRole('button', { name: 'Cancel' }).focus();
    await post({ type: 'changed', transfer: verifiedTransfer({ id: 'r' }) });
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'ARTICLE');
  });

  for (const [how, go] of [
    ['its history is cleared', (open: OpenPage) => open.post({ type: 'removed', id: 'd' })],
    ['all is told anew', (open: OpenPage) => open.post({ type: 'all', transfers: [] })],
  ] as const) {
    it(`keeps the place of the keyboard where ${how}`, async () => {
      for (const focused of ['Clear History', 'Open Image']) {
        const page = await shown([verifiedTransfer({ id: 'd' })]);
        await page.page.getByRole('button', { name: focused }).focus();
        await go(page);
        assert.equal(await page.page.evaluate(() => document.activeElement?.className), 'transfers', focused);
        await page.page.close();
      }
    });
  }

  it('unfolds the checksums once there are some, and where they differ, unless they were folded', async () => {
    const transfers = [
      sampleTransfer({ id: 'r' }),
      sampleTransfer({ id: 's' }),
      differingTransfer({ id: 'bad' }),
      verifiedTransfer({ id: 'good' }),
    ];
    const { page, post } = bound(await shown(transfers, { state: { expanded: { s: false } } }));
    const unfolded = (): Promise<readonly boolean[]> =>
      page.evaluate(() => [...document.querySelectorAll('details')].map(({ open }) => open));
    assert.deepEqual(await unfolded(), [false, false, true, false], 'while bytes move there is nothing to compare');
    const digests = [{ algorithm: 'md5', here: 'aa', cloud: null }];
    for (const id of ['r', 's']) {
      await post({ type: 'changed', transfer: sampleTransfer({ id, phase: 'verifying', digests }) });
    }
    assert.deepEqual(await unfolded(), [true, false, true, false]);
  });

  it('marks where it stopped in the colour of how it ended, and by a shape', async () => {
    const { page } = await shown([
      differingTransfer({ id: 'f' }),
      sampleTransfer({ id: 'c', status: 'cancelled', endedAt: 2 }),
      sampleTransfer({ id: 'i', status: 'interrupted', endedAt: 1 }),
    ]);
    const marks = await page.evaluate(() =>
      [...document.querySelectorAll('[data-state=stopped] .mark')].map((mark) => getComputedStyle(mark).borderColor),
    );
    assert.deepEqual(marks, ['rgb(241, 76, 76)', 'rgb(157, 157, 157)', 'rgb(204, 167, 0)']);
  });

  it('lets a name turn neither its own direction nor that of the words beside it', async () => {
    const { page } = await shown([
      sampleTransfer({ name: 'evil\u202egpj.exe' }),
      sampleTransfer({ id: 'r', name: 'أوبونتو' }),
    ]);
    assert.equal(await page.getByRole('heading', { name: 'evil gpj.exe' }).getAttribute('dir'), 'auto');
    const direction = await page
      .getByRole('heading', { name: 'أوبونتو' })
      .evaluate((heading) => getComputedStyle(heading).direction);
    assert.equal(direction, 'rtl');
  });

  it('keeps the names of checksums on one line, and shows 200 transfers', async () => {
    const { page, complaints } = await shown(
      Array.from({ length: 200 }, (_, index) => differingTransfer({ id: `${index}` })),
    );
    assert.equal(await page.getByRole('article').count(), 200);
    const heights = await page.evaluate(() =>
      [...document.querySelectorAll('article:first-child tbody th')].map((head) => {
        const words = document.createRange();
        words.selectNodeContents(head);
        return words.getClientRects().length;
      }),
    );
    assert.deepEqual(heights, [1, 1, 1]);
    assert.deepEqual(complaints, []);
  });

  it('touches only what changed', async () => {
    const { page, post } = bound(await shown([sampleTransfer({ id: 'r' }), verifiedTransfer({ id: 'd' })]));
    await page.evaluate(() => {
      const changed = new Set<Node>();
      Object.assign(window, { changed });
      const note = (records: readonly MutationRecord[]): void => records.forEach(({ target }) => changed.add(target));
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await post({ type: 'changed', transfer: sampleTransfer({ id: 'r', sent: 5e8 }) });
    const changed = await page.evaluate(() =>
      [...(Reflect.get(window, 'changed') as Set<Node>)].map(({ textContent }) => textContent),
    );
    assert.deepEqual(changed, ['477 MiB of 1 GiB, 46%', '100 MiB/s, about 6 s left']);
  });

  it('offers to apply again what failed until that was done', async () => {
    const { page, post } = bound(await shown([differingTransfer({ id: 'f', startedAt: 1 })]));
    const again = page.getByRole('button', { name: 'Apply Again' });
    await again.focus();
    await post({ type: 'changed', transfer: sampleTransfer({ id: 'g', startedAt: 2 }) });
    assert.equal(await again.count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'ARTICLE', 'the keyboard keeps its place');
    await post({ type: 'removed', id: 'g' });
    assert.equal(await again.count(), 1);
  });

  it('stands still for those who want less motion', async () => {
    const { page } = await shown([sampleTransfer()]);
    const moving = (): Promise<readonly string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .map((each) => getComputedStyle(each))
          .filter(({ transitionDuration, animationName }) => transitionDuration !== '0s' || animationName !== 'none')
          .map(({ transitionProperty }) => transitionProperty),
      );
    assert.deepEqual(await moving(), ['width']);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.deepEqual(await moving(), []);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    assert.deepEqual(await moving(), [], 'by VS Code’s own setting');
  });

  it('announces phases and ends, not bytes', async () => {
    const { page, post } = bound(await shown([sampleTransfer()]));
    const live = page.getByRole('status');
    assert.equal(await live.textContent(), '');
    await post({ type: 'changed', transfer: sampleTransfer({ sent: 0.41 * 1024 ** 3 }) });
    assert.equal(await live.textContent(), '');
    await post({ type: 'changed', transfer: verifiedTransfer() });
    assert.equal(await live.textContent(), 'Ubuntu 24.04 in devcloud/RegionOne: Done.');
  });

  it('keeps what was unfolded, and forgets it with its transfer', async () => {
    const first = await shown([verifiedTransfer({ id: 'd' })], { state: { expanded: { gone: true }, scroll: 0 } });
    assert.equal(await first.page.getByRole('table').count(), 0);
    // The browser tells of the change in a task of its own, after the table shows.
    const told = first.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const tell = (): void => void setTimeout(resolve);
          document.querySelector('details')?.addEventListener('toggle', tell, { once: true });
        }),
    );
    await first.page.locator('summary').click();
    await told;
    assert.deepEqual(first.state, { expanded: { d: true }, scroll: 0 });
    await first.page.close();
    const second = await shown([verifiedTransfer({ id: 'd' })], { state: first.state });
    assert.equal(await second.page.getByRole('table').count(), 1);
  });

  it('comes back to where it was scrolled', async () => {
    const { page } = await shown(sampleTransfers(), { state: { expanded: {}, scroll: 400 } });
    assert.equal(await page.evaluate(() => window.scrollY), 400);
  });

  it('ignores messages that are none of ours', async () => {
    const { page } = await shown([sampleTransfer()]);
    await page.evaluate(() => ['x', 7, null, { type: 'toString' }].forEach((message) => window.postMessage(message)));
    assert.equal(await page.getByRole('article').count(), 1);
  });

  const looks: readonly (readonly [string, OpenOptions])[] = [
    ...Object.keys(themes).map((theme) => [theme, { theme }] as const),
    ['dark forced colours', { theme: 'vscode-high-contrast', forcedColours: 'dark' }],
    ['light forced colours', { theme: 'vscode-high-contrast-light', forcedColours: 'light' }],
    ['a side bar', { width: 380 }],
    ['a side bar at a zoom of 200 %', { width: 150 }],
  ];
  for (const [look, options] of looks) {
    it(`has no fault that axe finds, and fits, in ${look}`, async () => {
      const { page, post } = bound(await shown(sampleTransfers(), options));
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
      assert.deepEqual(await faults(page), []);
      assert.deepEqual(await tooWide(page), []);
      await post({ type: 'all', transfers: [] });
      assert.deepEqual(await faults(page), []);
    });
  }
});

/** What axe finds in the page as it is. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const engine = Reflect.get(window, 'axe') as typeof axe;
    const { violations } = await engine.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** The elements that reach over the edge of their card, or of the page, which would scroll sideways. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((each) => {
        const edge = each.closest('article')?.getBoundingClientRect().right ?? window.innerWidth;
        return each.getBoundingClientRect().right > edge && each.closest('thead') === null;
      })
      .map(({ outerHTML }) => outerHTML),
  );
}

/** With `post` to be called by itself. */
function bound(open: OpenPage): { page: OpenPage['page']; received: OpenPage['received']; post: OpenPage['post'] } {
  return { page: open.page, received: open.received, post: (message) => open.post(message) };
}

import axe from 'axe-core';
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
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

describe('the page of the transfers panel', function () {
  this.timeout(120_000);
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
    assert.equal(await bar.getAttribute('aria-valuetext'), '410 MiB of 1 GiB, 40 %');
    await post({ type: 'changed', transfer: verifiedTransfer() });
    assert.equal(await page.getByRole('progressbar').count(), 0);
    assert.equal(await page.getByRole('row', { name: 'SHA-512' }).getByText('agree').count(), 1);
    assert.equal(await page.getByText('Verified: size, MD5 and SHA-512 agree with what the cloud reports.').count(), 1);
    assert.equal(await page.getByRole('heading', { name: 'History (1)' }).count(), 1);
  });

  it('shows what went wrong, what next and the request id', async () => {
    const { page } = await shown([differingTransfer()]);
    const card = page.getByRole('article');
    for (const text of ['is not what was sent', 'Apply again;', 'req-5b1de0f2-8a4b-4e0b-9a2e-7d1a5c9e1f11']) {
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
      differingTransfer({ id: 'f' }),
      verifiedTransfer({ id: 'd' }),
    ]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Apply Again' }).click();
    await page.getByRole('button', { name: 'Open Image' }).click();
    await page.getByRole('button', { name: 'Open Definition' }).first().click();
    await page.getByRole('article').nth(1).locator('summary').click();
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
    assert.deepEqual(changed, ['477 MiB of 1 GiB, 46 %', '100 MiB/s, about 6 s left']);
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

  for (const theme of Object.keys(themes)) {
    for (const width of [900, 380]) {
      it(`has no fault that axe finds, and fits, in ${theme} at ${width} pixels`, async () => {
        const { page } = await shown(sampleTransfers(), { theme, width });
        await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
        await page.evaluate(axe.source);
        const faults = await page.evaluate(async () => {
          const engine = Reflect.get(window, 'axe') as typeof axe;
          const { violations } = await engine.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        });
        assert.deepEqual(faults, []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      });
    }
  }
});

/** With `post` to be called by itself. */
function bound(open: OpenPage): { page: OpenPage['page']; received: OpenPage['received']; post: OpenPage['post'] } {
  return { page: open.page, received: open.received, post: (message) => open.post(message) };
}

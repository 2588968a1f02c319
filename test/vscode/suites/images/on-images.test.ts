import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Failure } from '../../../../src/core/failure.ts';
import { onImages, type ImagesTask } from '../../../../src/features/images/on-images.ts';
import { GlanceLog } from '../../../../src/platform/log.ts';
import { Notifications } from '../../../../src/platform/prompts/notifications.ts';
import type { ImageAt } from '../../../../src/platform/prompts/pickers.ts';
import { liveImage, placeNamed } from '../../../unit/state/live-image.ts';

const images: readonly ImageAt[] = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
  place: placeNamed('RegionOne'),
  id: `id-${name}`,
  image: liveImage(`id-${name}`, name),
}));

describe('what is done to several images', () => {
  const { showErrorMessage, showWarningMessage, showInformationMessage, withProgress } = vscode.window;
  let told: string[];

  beforeEach(() => {
    told = [];
    const as = (kind: string) => (message: string) => {
      told.push(`${kind}: ${message}`);
      return Promise.resolve(undefined);
    };
    vscode.window.showErrorMessage = as('error');
    vscode.window.showWarningMessage = as('warning');
    vscode.window.showInformationMessage = as('information');
  });

  afterEach(() =>
    Object.assign(vscode.window, { showErrorMessage, showWarningMessage, showInformationMessage, withProgress }),
  );

  async function run(of: readonly ImageAt[], more: Pick<ImagesTask, 'work'> & Partial<ImagesTask>): Promise<void> {
    const log = new GlanceLog();
    const words = {
      doing: (what: string) => `Deleting ${what}`,
      failed: (what: string) => `${what} could not be deleted`,
      done: (what: string) => `Deleted ${what}.`,
    };
    await onImages(of, { ...words, ...more }, { notifications: new Notifications(log), log });
  }

  it('goes on where one fails, and is told once: how many failed, which, and why', async () => {
    const work: ImagesTask['work'] = ({ id }) =>
      id === 'id-b'
        ? Promise.reject(new Failure('image-protected', 'Image "b" is protected.', { status: 403 }))
        : Promise.resolve();
    await run(images, { work });
    assert.deepEqual(told, [
      'error: 1 of 6 images could not be deleted. "b" in demo/RegionOne: Image "b" is protected. (HTTP 403)',
    ]);
  });

  it('is told with what it means for the images, in the same notification', async () => {
    await run(images.slice(0, 2), { work: () => Promise.resolve(), note: (done) => `${done.length} are managed.` });
    assert.deepEqual(told, ['warning: Deleted 2 images. 2 are managed.']);
  });

  it('is not told of where it went well and more follows', async () => {
    await run(images.slice(0, 2), { work: () => Promise.resolve(), quiet: true });
    assert.deepEqual(told, []);
    await run(images.slice(0, 2), { work: () => Promise.reject(new Failure('forbidden', 'No.')), quiet: true });
    assert.match(told.join(), /^error: 2 of 2 images could not be deleted/);
  });

  it('tells after a cancellation what was done, what was under way and what was not begun', async () => {
    const source = new vscode.CancellationTokenSource();
    vscode.window.withProgress = ((_: unknown, work: (progress: object, token: vscode.CancellationToken) => unknown) =>
      work({ report: () => undefined }, source.token)) as typeof withProgress;
    const work: ImagesTask['work'] = async ({ id }, signal) => {
      if (id === 'id-a') return;
      if (id === 'id-e') source.cancel();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    };
    await run(images, { work });
    const [only = '', ...others] = told;
    assert.deepEqual(others, []);
    assert.match(only, /^warning: Deleted "a" in demo\/RegionOne\. Cancelled\. In progress when cancelled/);
    assert.ok(only.endsWith('Not started: "f" in demo/RegionOne.'), only);
    for (const name of 'bcde') assert.ok(only.includes(`"${name}" in`), only);
  });
});

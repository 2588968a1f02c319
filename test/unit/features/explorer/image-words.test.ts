import assert from 'node:assert/strict';
import {
  imageContext,
  imageDescription,
  imageInWords,
  imageTooltip,
} from '../../../../src/features/explorer/image-words.ts';
import type { Management } from '../../../../src/state/clouds/image-management.ts';
import { liveImage } from '../../state/live-image.ts';

const image = liveImage('1f2e', 'Ubuntu');
const unmanaged: Management = { kind: 'unmanaged' };

describe('an image in words', () => {
  it('has format, size, visibility and what definitions say, and its status where it is not active', () => {
    const managed: Management = { kind: 'managed', key: 'Ubuntu' };
    const words = imageDescription({ ...image, size: 626_950_144, protected: true }, managed);
    assert.equal(words, 'qcow2 · 598 MiB · private · protected · managed');
    assert.match(imageDescription({ ...image, status: 'queued', size: null }, unmanaged), /^queued · /);
  });

  it('counts its changes, and says where it is to be replaced', () => {
    const differs = (changes: number, replace: boolean): string =>
      imageDescription(image, { kind: 'differs', key: 'k', changes, replace });
    assert.match(differs(1, false), /differs: 1 change$/);
    assert.match(differs(2, false), /differs: 2 changes$/);
    assert.match(differs(2, true), /differs: to be replaced$/);
  });

  it('is a sentence for screen readers', () => {
    assert.equal(imageInWords({ ...image, name: '' }, unmanaged), 'Image (no name), active, qcow2, 1 KiB, private');
  });

  it('lets menus ask for single words', () => {
    const words = imageContext({ ...image, protected: true }, unmanaged);
    assert.match(words, /;protected;/);
    assert.doesNotMatch(words, /;deletable;/);
    assert.match(imageContext(image, unmanaged), /;deletable;/);
    assert.doesNotMatch(imageContext(image, unmanaged), /;managed;/);
    const unclaimed = imageContext(image, { kind: 'unclaimed', key: 'Ubuntu' });
    assert.match(unclaimed, /;managed;/);
    assert.match(unclaimed, /;unclaimed;/);
  });

  it('shows what a cloud says as text: no link, no HTML, no table of its own', () => {
    const tooltip = imageTooltip({ ...image, name: '<b>x</b> [y](command:z)\n| a |', tags: ['$(trash)'] }, unmanaged);
    assert.doesNotMatch(tooltip, /<b>|\]\(command:|[^\\]\$\(trash/);
    assert.equal(tooltip.split('\n').filter((line) => !line.startsWith('|') && line !== '').length, 1);
  });

  it('cuts a long digest in the middle', () => {
    const tooltip = imageTooltip({ ...image, os_hash_value: 'ab'.repeat(64) }, unmanaged);
    assert.match(tooltip, /\| sha512 \| (ab){16}…(ab){4} \|/);
  });
});

import assert from 'node:assert/strict';
import { ANY_RELEASE, describeReleases, isAmong, releasesOf } from '../../../../src/core/glance/releases.ts';

/** The versions that Glance lists, newest first, without those that need a cache. */
function versions(newest: number, { cached = true } = {}): readonly string[] {
  const all = Array.from({ length: newest + 1 }, (_, minor) => newest - minor);
  return all.filter((minor) => cached || ![14, 16, 18].includes(minor)).map((minor) => `v2.${minor}`);
}

describe('the releases of a Glance', () => {
  it('are told by the versions of its API, as far as these differ', () => {
    assert.deepEqual(releasesOf(versions(18)), { from: 33, to: Infinity });
    assert.deepEqual(releasesOf(versions(17)), { from: 29, to: 32 });
    assert.deepEqual(releasesOf(versions(17, { cached: false })), { from: 29, to: Infinity });
    assert.deepEqual(releasesOf(versions(16)), { from: 0, to: 28 });
    assert.deepEqual(releasesOf(versions(15)), { from: 0, to: 28 });
  });

  it('are any where no version says anything', () => {
    assert.deepEqual([releasesOf([]), releasesOf(['v1', 'v3.0'])], [ANY_RELEASE, ANY_RELEASE]);
  });

  it('are among others for certain, not at all, or perhaps', () => {
    const refusing = { from: 30, to: 31 };
    assert.equal(isAmong({ from: 30, to: 30 }, refusing), 'yes');
    assert.equal(isAmong({ from: 0, to: 28 }, refusing), 'no');
    assert.equal(isAmong({ from: 33, to: Infinity }, refusing), 'no');
    assert.equal(isAmong({ from: 29, to: 32 }, refusing), 'perhaps');
    assert.equal(isAmong(ANY_RELEASE, refusing), 'perhaps');
  });

  it('are named as operators name them', () => {
    assert.equal(describeReleases({ from: 30, to: Infinity }), 'Glance 30 (2025.1) and later');
    assert.equal(describeReleases({ from: 30, to: 31 }), 'Glance 30 (2025.1) and 31 (2025.2)');
    assert.equal(describeReleases({ from: 29, to: 32 }), 'Glance 29 to 32 (2026.1)');
    assert.equal(describeReleases({ from: 0, to: 28 }), 'Glance 28 or earlier');
  });
});

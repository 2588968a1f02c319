import assert from 'node:assert/strict';
import { EVERY_IMAGE, exactName, filterParameters, matchesFilter } from '../../../../src/core/glance/image-filter.ts';
import { liveImage } from '../../state/live-image.ts';

describe('the filter of a list', () => {
  const image = liveImage('1', 'Ubuntu 24.04', {
    tags: ['lts', 'tested'],
    owner: 'p1',
    visibility: 'public',
    properties: { os_distro: 'ubuntu', empty: '' },
  });

  for (const [what, filter, expected] of [
    ['no condition', {}, true],
    ['a glob of the name', { names: ['Ubuntu *'] }, true],
    ['one of several globs', { names: ['Debian *', '*24.??'] }, true],
    ['a name in other letters', { names: ['ubuntu 24.04'] }, false],
    ['a property', { properties: { os_distro: 'ubuntu' } }, true],
    ['an empty property', { properties: { empty: '' } }, true],
    ['a property that is absent', { properties: { absent: '' } }, false],
    ['a name that objects inherit', { properties: { constructor: '' } }, false],
    ['one property of two', { properties: { os_distro: 'ubuntu', os_version: '24.04' } }, false],
    ['all tags', { tags: ['tested', 'lts'] }, true],
    ['one tag of two', { tags: ['lts', 'other'] }, false],
    ['the status', { status: 'active' }, true],
    ['another status', { status: 'queued' }, false],
    ['the owner', { owner: 'p1' }, true],
    ['another owner', { owner: 'p2' }, false],
    ['the visibility', { visibility: 'public' }, true],
    ['every visibility', { visibility: 'all' }, true],
    ['another visibility', { visibility: 'private' }, false],
  ] as const) {
    it(`${expected ? 'matches' : 'does not match'} ${what}`, () => {
      assert.equal(matchesFilter(image, { ...EVERY_IMAGE, ...filter }), expected);
    });
  }

  it('asks Glance for nothing that Glance takes for something else', () => {
    const properties = { os_distro: 'ubuntu', architecture: 'x86_64', limit: '1', os_hidden: 'true', os_type: '' };
    const parameters = filterParameters({ ...EVERY_IMAGE, properties, tags: ['a', 'b'], owner: 'p1' });
    assert.deepEqual(parameters, { os_distro: 'ubuntu', architecture: 'x86_64', tag: 'a', owner: 'p1' });
  });

  it('has an exact name only without wildcards and alternatives', () => {
    const named = (...names: string[]): string | undefined => exactName({ ...EVERY_IMAGE, names });
    assert.deepEqual(
      [named(), named('a'), named('a*'), named('a?'), named('a', 'b')],
      [undefined, 'a', undefined, undefined, undefined],
    );
  });
});

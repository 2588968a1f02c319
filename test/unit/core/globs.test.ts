import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesGlob } from '../../../src/core/globs.ts';

describe('matchesGlob', () => {
  for (const [glob, name, meant] of [
    ['hw_*', 'hw_disk_bus', true],
    ['hw_*', 'xhw_disk_bus', false],
    ['*', 'anything/at all', true],
    ['?s_type', 'os_type', true],
    ['?s_type', 's_type', false],
    ['trait:*', 'trait:HW_CPU', true],
    ['a.b', 'axb', false],
    ['a(b', 'a(b', true],
    ['a/*', 'a/b/c', true],
    ['*a*b?', 'xaxbbc', true],
    ['*a*b?', 'xaxb', false],
    ['a**', 'a', true],
    ['a?*', 'a', false],
  ] as const) {
    it(`${meant ? 'finds' : 'does not find'} ${name} by ${glob}`, () => assert.equal(matchesGlob([glob], name), meant));
  }

  it('takes every name without * and ? for itself and for nothing else', () => {
    const name = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(fc.property(name, name, (glob, other) => assert.equal(matchesGlob([glob], other), glob === other)));
    fc.assert(fc.property(name, (same) => matchesGlob([same], same)));
  });

  it('does not go over every way to stretch many stars', () => {
    // A regular expression tries more ways than there are seconds.
    assert.equal(matchesGlob([`${'*a'.repeat(40)}*!`], 'a'.repeat(255)), false);
  });

  it('means what the same pattern of a regular expression means', () => {
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = (text: string): RegExp => new RegExp(`^${text.replaceAll('?', '[^]').replaceAll('*', '[^]*')}$`);
    fc.assert(
      fc.property(glob, name, (text, other) => assert.equal(matchesGlob([text], other), pattern(text).test(other))),
    );
  });
});

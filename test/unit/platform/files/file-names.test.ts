import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileNameFor } from '../../../../src/core/file-name.ts';

describe('fileNameFor', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Ubuntu 24.04', 'Ubuntu-24.04'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d', 'a-b-c-d'],
    ['…', 'image'],
    ['', 'image'],
    ['CON', 'image'],
    ['aux.image', 'image'],
    ['a.', 'a'],
    ['\u202egnp\u2066', 'gnp'],
    ['Köln', 'Köln'],
  ];
  for (const [name, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(name)}`, () => assert.equal(fileNameFor(name), expected));
  }

  it('never leaves the folder, is never empty and never hidden', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        const file = fileNameFor(name);
        return (
          file !== '' &&
          !/[/\\:*?"<>|\s]/.test(file) &&
          !file.startsWith('.') &&
          Array.from(file).length <= 80 &&
          Buffer.byteLength(file) <= 192
        );
      }),
    );
  });
});

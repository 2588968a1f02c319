import assert from 'node:assert/strict';
import { pythonLines, pythonText } from '../../../../src/sandbox/http/python-text.ts';

describe('python text', () => {
  const values: [unknown, string][] = [
    [null, 'None'],
    [true, 'True'],
    [1.5, '1.5'],
    ["it's", '"it\'s"'],
    ['a\nb\\', "'a\\nb\\\\'"],
    [['a', null], "['a', None]"],
    [{ b: 1, a: [] }, "{'b': 1, 'a': []}"],
  ];
  for (const [value, text] of values) {
    it(`writes ${JSON.stringify(value)} as repr does`, () => assert.equal(pythonText(value), text));
  }

  it('sorts keys and breaks what is too long, as pprint does', () => {
    const value = { type: 'string', description: 'Amount of disk space (in GB) required to boot image.' };
    assert.equal(
      pythonLines(value),
      "{'description': 'Amount of disk space (in GB) required to boot image.',\n 'type': 'string'}",
    );
    assert.equal(pythonLines({ b: 1, a: 2 }), "{'a': 2, 'b': 1}");
  });
});

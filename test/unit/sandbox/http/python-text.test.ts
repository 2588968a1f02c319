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

  it('breaks what is too long, and sorts keys if wanted, as pprint does', () => {
    const description = 'Amount of disk space (in GB) required to boot image.';
    const value = { type: 'string', description };
    assert.equal(pythonLines(value, 'sorted'), `{'description': '${description}',\n 'type': 'string'}`);
    assert.equal(pythonLines(value, 'as they are'), `{'type': 'string',\n 'description': '${description}'}`);
    assert.equal(pythonLines([{ b: 1, a: 2 }], 'sorted'), "[{'a': 2, 'b': 1}]");
    assert.equal(pythonLines([{ b: 1, a: 2 }], 'as they are'), "[{'b': 1, 'a': 2}]");
  });
});

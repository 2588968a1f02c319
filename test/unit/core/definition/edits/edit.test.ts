import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addItem,
  applyEdits,
  removeArgument,
  setArgument,
  type EditValue,
} from '../../../../../src/core/definition/edits/edit.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import { checkPropertyName } from '../../../../../src/core/definition/reading/property-names.ts';
import { Failure } from '../../../../../src/core/failure.ts';

function set(text: string, path: string, value: EditValue, index = 0): string {
  return applyEdits(text, setArgument(text, index, path, value));
}

function remove(text: string, path: string, index = 0): string {
  return applyEdits(text, removeArgument(text, index, path));
}

const TEXT = `// top
{
  "name": "a", // the name
  "disk_format": "raw", /* first */ // second
  // about properties
  "properties": {
    "os_distro": "debian", // distro
    "b": 1
  } // last
}
`;

describe('setArgument', () => {
  it('replaces a value and nothing else', () => {
    assert.equal(set(TEXT, 'name', 'b'), TEXT.replace('"a"', '"b"'));
    assert.equal(set(TEXT, 'properties/os_distro', 'x'), TEXT.replace('"debian"', '"x"'));
  });

  it('adds an argument in the order of the table, under the comment of the line before', () => {
    assert.equal(
      set(TEXT, 'container_format', 'bare'),
      TEXT.replace('// the name\n', '// the name\n  "container_format": "bare",\n'),
    );
    assert.equal(set(TEXT, 'tags', ['x']), TEXT.replace('// second\n', '// second\n  "tags": ["x"],\n'));
  });

  it('adds a last argument and the comma before it', () => {
    assert.equal(set(TEXT, 'key', 'k'), TEXT.replace('  } // last\n', '  }, // last\n  "key": "k"\n'));
    assert.equal(set(TEXT, 'properties/c/d', 'x'), TEXT.replace('"b": 1\n', '"b": 1,\n    "c/d": "x"\n'));
  });

  it('keeps trailing commas', () => {
    assert.equal(set('{\n\t"name": "a",\n}', 'key', 'k'), '{\n\t"name": "a",\n\t"key": "k",\n}');
  });

  it('adds what is missing on the way', () => {
    assert.equal(
      set('{\n    "name": "a"\n}', 'properties/x', 'y'),
      '{\n    "name": "a",\n    "properties": {\n        "x": "y"\n    }\n}',
    );
  });

  it('adds before the first', () => {
    assert.equal(set('{\n  // tags\n  "tags": []\n}', 'name', 'a'), '{\n  "name": "a",\n  // tags\n  "tags": []\n}');
    assert.equal(set('{"tags": []}', 'name', 'a'), '{"name": "a", "tags": []}');
  });

  it('keeps one line one line, and CRLF', () => {
    assert.equal(set('{"name": "a"}', 'key', 'k'), '{"name": "a", "key": "k"}');
    assert.equal(set('{"name": "a",}', 'key', 'k'), '{"name": "a", "key": "k",}');
    assert.equal(set('{\r\n  "name": "a"\r\n}', 'key', 'k'), '{\r\n  "name": "a",\r\n  "key": "k"\r\n}');
  });

  it('fills an empty object', () => {
    assert.equal(set('{}', 'name', 'a'), '{\n  "name": "a"\n}');
    assert.equal(set('{ // why\n}', 'name', 'a'), '{ // why\n  "name": "a"\n}');
  });

  it('finds the definition by its place in the list, and an item by its place in its own', () => {
    const text = '[\n  {"name": "a"},\n  {\n    "name": "b",\n    "tags": ["x", "y"]\n  }\n]';
    assert.equal(set(text, 'name', 'c', 1), text.replace('"b"', '"c"'));
    assert.equal(set(text, 'key', 'k', 1), text.replace('"y"]', '"y"],\n    "key": "k"'));
    assert.equal(set(text, 'tags/1', 'z', 1), text.replace('"y"', '"z"'));
  });

  it('fails where there is no such definition', () => {
    for (const [text, index] of [
      ['{', 0],
      ['[]', 0],
      ['{}', 1],
      ['[1]', 0],
      ['', 0],
    ] as const) {
      assert.throws(
        () => setArgument(text, index, 'name', 'a'),
        (error) => Failure.is(error, 'definition-not-found'),
      );
    }
  });
});

describe('addItem', () => {
  const add = (text: string, path = 'tags'): string => applyEdits(text, addItem(text, 0, path, 'x'));

  it('puts an item last, in the layout of the list', () => {
    assert.equal(add('{"tags": ["a"]}'), '{"tags": ["a", "x"]}');
    assert.equal(add('{"tags": ["a",]}'), '{"tags": ["a", "x",]}');
    assert.equal(add('{\n\t"tags": [\n\t\t"a" // first\n\t]\n}'), '{\n\t"tags": [\n\t\t"a", // first\n\t\t"x"\n\t]\n}');
    assert.equal(
      add('{\r\n  "tags": [\r\n    "a",\r\n  ],\r\n}'),
      '{\r\n  "tags": [\r\n    "a",\r\n    "x",\r\n  ],\r\n}',
    );
  });

  it('begins an empty list, and one that is not there', () => {
    assert.equal(add('{"tags": []}'), '{"tags": ["x"]}');
    assert.equal(add('{\n  "tags": [\n    // none yet\n  ]\n}'), '{\n  "tags": [\n    "x"\n    // none yet\n  ]\n}');
    assert.equal(add('{"name": "a"}'), '{"name": "a", "tags": ["x"]}');
  });

  it('takes stars at the beginning of a comment’s lines for no indentation', () => {
    assert.equal(
      set('/*\n * Ours.\n */\n{\n  "name": "a"\n}', 'key', 'k'),
      '/*\n * Ours.\n */\n{\n  "name": "a",\n  "key": "k"\n}',
    );
    assert.equal(
      set('/*\n * Ours.\n */\n{\n    "name": "a"\n}', 'properties/b', 'c'),
      '/*\n * Ours.\n */\n{\n    "name": "a",\n    "properties": {\n        "b": "c"\n    }\n}',
    );
  });
});

describe('removeArgument', () => {
  it('removes the line with its comment and no other', () => {
    assert.equal(remove(TEXT, 'name'), TEXT.replace('  "name": "a", // the name\n', ''));
    assert.equal(remove(TEXT, 'properties/os_distro'), TEXT.replace('    "os_distro": "debian", // distro\n', ''));
  });

  it('removes the last one and the comma before it', () => {
    assert.equal(
      remove(TEXT, 'properties/b'),
      TEXT.replace('"debian", // distro\n    "b": 1\n', '"debian" // distro\n'),
    );
  });

  it('removes within a line', () => {
    assert.equal(remove('{"name": "a", "key": "k", "tags": []}', 'key'), '{"name": "a", "tags": []}');
    assert.equal(remove('{"name": "a", "key": "k"}', 'key'), '{"name": "a"}');
    assert.equal(remove('{"name": "a"}', 'name'), '{}');
    assert.equal(remove('{"tags": ["x", "y", "z"]}', 'tags/1'), '{"tags": ["x", "z"]}');
  });

  it('does nothing where nothing is', () => {
    for (const path of ['key', 'properties/none', 'tags/0', 'name/x'])
      assert.deepEqual(removeArgument(TEXT, 0, path), []);
  });
});

describe('edits', () => {
  it('do what they say in any layout', () => {
    const base = { name: 'a', container_format: 'bare', disk_format: 'raw' };
    const word = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 })
      .filter((text) => checkPropertyName(text) === undefined);
    const layout = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.replace(/,$/gm, ', // note'),
      (text) => text.replaceAll('\n', '\r\n'),
      (text) => text.replace(/\n\}$/, ',\n}'),
      (text) => `\ufeff${text}`,
    );
    fc.assert(
      fc.property(
        fc.dictionary(word, word, { maxKeys: 4 }),
        word,
        word,
        fc.nat(4),
        layout,
        (properties, name, value, indent, dress) => {
          const text = dress(JSON.stringify({ ...base, properties }, null, indent));
          const read = (source: string): object => {
            const file = parseDefinitions(source, '/x');
            assert.deepEqual(file.problems, [], source);
            return { ...file.definitions[0]?.arguments.properties };
          };
          const longer = set(text, `properties/${name}`, value);
          assert.deepEqual(read(longer), { ...properties, [name]: value });
          const { [name]: _removed, ...rest } = properties;
          assert.deepEqual(read(remove(longer, `properties/${name}`)), rest);
        },
      ),
      { numRuns: 300 },
    );
  });
});

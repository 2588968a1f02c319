import assert from 'node:assert/strict';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { DefinitionsStore } from '../../../../src/state/definitions/definitions.ts';

const text = '{ "name": "a", "container_format": "bare", "disk_format": "raw" }';

describe('DefinitionsStore', () => {
  it('parses a text once, and again when it changed', () => {
    let parsed = 0;
    const store = new DefinitionsStore((source, file) => {
      parsed += 1;
      return parseDefinitions(source, file);
    });
    store.read('/a.image.jsonc', text);
    store.read('/a.image.jsonc', text);
    assert.equal(parsed, 1);
    store.read('/a.image.jsonc', `${text} `);
    assert.equal(parsed, 2);
  });

  it('finds what two open files say twice, and no longer when one is closed', () => {
    const store = new DefinitionsStore(parseDefinitions);
    store.read('/a.image.jsonc', text);
    store.read('/b.image.jsonc', text);
    assert.deepEqual(
      store.duplicates('/a.image.jsonc').map(({ code }) => code),
      ['duplicate-definition'],
    );
    assert.match(store.duplicates('/a.image.jsonc')[0]?.message ?? '', /b\.image\.jsonc/);
    store.close('/b.image.jsonc');
    assert.deepEqual(store.duplicates('/a.image.jsonc'), []);
  });

  it('tells every open file when one changes, because a duplicate is seen in both', () => {
    const store = new DefinitionsStore(parseDefinitions);
    store.read('/a.image.jsonc', text);
    const told: (readonly string[])[] = [];
    store.onDidChange((files) => told.push(files));
    store.read('/b.image.jsonc', text);
    assert.deepEqual(told, [['/a.image.jsonc', '/b.image.jsonc']]);
  });
});

import assert from 'node:assert/strict';
import { ARGUMENTS } from '../../../../../src/core/definition/arguments.ts';
import { cursorAt, objectsOf } from '../../../../../src/core/definition/text/cursor.ts';
import { applyEdits } from '../../../../../src/core/definition/edits/edit.ts';
import { namesOffered, nameSnippet } from '../../../../../src/core/definition/help/offered-names.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import { readSyntaxTree } from '../../../../../src/core/definition/text/syntax-tree.ts';

/** A text whose bar is the cursor. */
function at(marked: string): { text: string; cursor: NonNullable<ReturnType<typeof cursorAt>> } {
  const text = marked.replace('|', '');
  const cursor = cursorAt(text, marked.indexOf('|'));
  assert.ok(cursor, marked);
  return { text, cursor };
}

function names(marked: string): readonly string[] {
  const { text, cursor } = at(marked);
  return namesOffered(objectsOf(text)[cursor.index], cursor).map(({ name }) => name);
}

/** The text once a name was taken, with what its tab stops are filled with. */
function taken(marked: string, name: string): string {
  const { text, cursor } = at(marked);
  const offer = namesOffered(objectsOf(text)[cursor.index], cursor).find((each) => each.name === name);
  assert.ok(offer, `${name} at ${marked}`);
  const written = nameSnippet(offer, cursor)
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\d+/g, offer.value === '$1' ? '{}' : '');
  const comma = cursor.commaBefore;
  return applyEdits(text, [
    { range: cursor.range, text: written },
    ...(comma === undefined ? [] : [{ range: { offset: comma, length: 0 }, text: ',' }]),
  ]);
}

describe('names that are offered', () => {
  it('are all arguments where there is none, in the order in which definitions are written', () => {
    assert.deepEqual(
      names('{|}'),
      ARGUMENTS.map(({ name }) => name),
    );
  });

  it('are none that is there, and none that could only conflict with what is', () => {
    const offered = names('{ "name": "a", "local_file_path": "x", "region": "r", | }');
    for (const name of ['name', 'region', 'regions', 'image_source_url', 'image_source_checksum', 'web_download'])
      assert.ok(!offered.includes(name), name);
    assert.ok(offered.includes('decompress') && offered.includes('visibility'));
    assert.ok(!names('{ "image_source_url": "u", | }').includes('local_file_path'));
  });

  it('hold in a text that breaks off', () => {
    const offered = names('[{ "name": "a", "disk_format": "raw", "vis|');
    assert.ok(offered.includes('visibility') && !offered.includes('name'));
  });

  it('are those of the object that the cursor is in', () => {
    assert.deepEqual(names('{ "timeouts": { "stall": "1m", | } }'), ['create']);
    assert.deepEqual(names('{ "members": [{ "project": "p", "|" }] }'), ['accept_with']);
    const properties = names('{ "properties": { "os_distro": "ubuntu", | } }');
    assert.ok(properties.includes('hw_disk_bus') && !properties.includes('os_distro') && !properties.includes('name'));
    assert.deepEqual(names('{ "tags": [{ | }] }'), []);
  });

  it('are the name that the cursor is in, too', () => {
    assert.ok(names('{ "na|me": "a" }').includes('name'));
  });

  it('say what a change of them does', () => {
    const { text, cursor } = at('{|}');
    const offered = namesOffered(objectsOf(text)[0], cursor);
    const said = (name: string): string => offered.find((each) => each.name === name)?.documentation ?? '';
    assert.match(said('min_disk_gb'), /GiB.*\n\nA change updates the image in place\. Default: `0`\./s);
    assert.match(said('disk_format'), /A change replaces the image/);
  });

  it('bring their values and commas, wherever they are written', () => {
    assert.equal(taken('{|}', 'disk_format'), '{"disk_format": ""}');
    assert.equal(taken('{ "name": "a" | }', 'tags'), '{ "name": "a", "tags": [""] }');
    assert.equal(taken('{\n  | \n  "name": "a"\n}', 'protected'), '{\n  "protected": true, \n  "name": "a"\n}');
    assert.equal(
      taken('{ "name": "a" // which\n  mi| }', 'min_disk_gb'),
      '{ "name": "a", // which\n  "min_disk_gb": 10 }',
    );
    assert.equal(taken('{ "min|": 5 }', 'min_ram_mb'), '{ "min_ram_mb": 5 }');
    assert.equal(taken('{ "tags": [] "|" }', 'key'), '{ "tags": [], "key": "" }');
    assert.equal(
      taken('\ufeff{\r\n\t"name": "a"\r\n\t|\r\n}', 'hidden'),
      '\ufeff{\r\n\t"name": "a",\r\n\t"hidden": true\r\n}',
    );
  });

  it('leave a text that reads, each of them, before and behind another', () => {
    for (const { name } of ARGUMENTS) {
      for (const marked of ['{|}', '{ "?": 1 | }', '{ | "?": 1 }', '{ "?": 1, "|" }', '[{ | }, {}]']) {
        const text = taken(marked, name);
        assert.deepEqual(readSyntaxTree(text).problems, [], text);
      }
      const types = parseDefinitions(taken('{|}', name), '').problems.filter(({ code }) => code === 'wrong-type');
      assert.deepEqual(types, [], name);
    }
  });
});

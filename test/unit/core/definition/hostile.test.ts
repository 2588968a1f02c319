import assert from 'node:assert/strict';
import { clearSecretAt } from '../../../../src/core/definition/edits/clear-secret.ts';
import { cursorAt, objectsOf } from '../../../../src/core/definition/text/cursor.ts';
import { ignorePropertyEdits, takeLiveEdits } from '../../../../src/core/definition/edits/drift-edits.ts';
import { findDuplicates } from '../../../../src/core/definition/reading/duplicates.ts';
import { applyEdits, removeAt, setArgument } from '../../../../src/core/definition/edits/edit.ts';
import { fixAllEdits } from '../../../../src/core/definition/edits/fix-all.ts';
import { makeListEdits } from '../../../../src/core/definition/edits/make-list.ts';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { matchesGlob } from '../../../../src/core/globs.ts';
import { Failure } from '../../../../src/core/failure.ts';

const GOOD = '"name": "a", "container_format": "bare", "disk_format": "raw"';

/** More than the bounds of a definition file, with what is said of it and where. */
const BEYOND: Readonly<Record<string, { readonly text: string; readonly said: RegExp; readonly offset: number }>> = {
  '100,000 lists': { text: '['.repeat(100_000), said: /more than 32 levels/, offset: 32 },
  '100,000 closed lists': {
    text: `{"tags": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    said: /more than 32 levels/,
    offset: 40,
  },
  '100,000 objects': {
    text: `{"properties": ${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    said: /more than 32 levels/,
    offset: 170,
  },
  '100,000 lists behind much that is wrong': {
    text: `{${',;'.repeat(1000)}"tags": ${'['.repeat(100_000)}`,
    said: /more than 32 levels/,
    offset: 2040,
  },
  '200,000 tags': {
    text: `{${GOOD}, "tags": [${'1,'.repeat(200_000)}]}`,
    said: /more than 200000 names and values/,
    offset: 400_059,
  },
};

describe('a definition file that is made to keep the editor busy', () => {
  for (const [name, { text, said, offset }] of Object.entries(BEYOND)) {
    it(`has an error at its place: ${name}`, () => {
      const { definitions, problems } = parseDefinitions(text, '/a.image.jsonc');
      assert.deepEqual(definitions, []);
      assert.match(problems[0]?.message ?? '', said);
      assert.equal(problems[0]?.range?.offset, offset);
    });

    it(`has no cursor, and no edit: ${name}`, () => {
      for (const place of [0, 40, text.length >> 1, text.length - 1, text.length])
        assert.equal(cursorAt(text, place), undefined);
      for (const edit of [setArgument, takeLiveEdits]) assert.throws(() => edit(text, 0, 'tags', ['x']), Failure);
      assert.throws(() => ignorePropertyEdits(text, 0, 'a'), Failure);
      assert.deepEqual(fixAllEdits(text), []);
      assert.deepEqual(removeAt(text, text.length - 1), []);
      assert.equal(clearSecretAt(text, text.length - 1), undefined);
      assert.ok(objectsOf(text).length <= 1);
      assert.ok(Array.isArray(makeListEdits(text)));
    });
  }

  it('is read no further than its 5,000th problem', () => {
    for (const wrong of ['"nmae": 1', '"tags": [1]', '"a": 1']) {
      const text = `[${`{${GOOD}, ${wrong}},`.repeat(6000)}]`;
      const { definitions, problems } = parseDefinitions(text, '/a.image.jsonc');
      assert.deepEqual([definitions.length, problems.length], [0, 5001], wrong);
      const last = problems.at(-1);
      assert.deepEqual([last?.severity, last?.code], ['error', 'too-many-problems']);
    }
    const tags = parseDefinitions(`{${GOOD}, "tags": [${'1,'.repeat(150_000)}]}`, '/a.image.jsonc');
    assert.deepEqual([tags.definitions.length, tags.problems.length], [0, 5001]);
  });

  it('names its first hundred errors of syntax, and is no definition', () => {
    const { definitions, problems } = parseDefinitions(`{${','.repeat(1_000_000)}`, '/a.image.jsonc');
    assert.deepEqual([definitions.length, problems.length], [0, 10]);
  });

  it('is mended in steps where it has more slips than a thousand', () => {
    const text = `{${GOOD}${', "disk_formt": 1'.repeat(3000)}}`;
    const mended = applyEdits(text, fixAllEdits(text));
    assert.equal(mended.split('"disk_formt"').length - 1, 2000);
  });

  it('is compared with others, however often it says the same', () => {
    const text = `[${Array.from({ length: 10_000 }, (_, n) => `{${GOOD.replace('"a"', `"a${n}"`)}}`).join(',')}]`;
    const files = ['/a', '/b'].map((file) => parseDefinitions(text, file));
    assert.deepEqual(
      [...findDuplicates(files).values()].map(({ length }) => length),
      [10_000, 10_000],
    );
  });
});

describe('a glob with many stars', () => {
  it('is matched without trying every way', () => {
    const glob = `${'*a'.repeat(100)}b`;
    assert.equal(matchesGlob([glob], 'a'.repeat(255)), false);
    assert.equal(matchesGlob([glob], `${'a'.repeat(254)}b`), true);
    assert.equal(matchesGlob(['*'.repeat(100_000)], 'a'), true);
  });
});

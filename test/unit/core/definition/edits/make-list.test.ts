import assert from 'node:assert/strict';
import { applyEdits } from '../../../../../src/core/definition/edits/edit.ts';
import { fixEdits } from '../../../../../src/core/definition/edits/fix.ts';
import { makeListEdits } from '../../../../../src/core/definition/edits/make-list.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';

/** The text after the fix of what stands behind the first definition. */
function listed(text: string): string {
  const [problem] = parseDefinitions(text, '/a').problems;
  const fix = problem?.fixes?.find(({ kind }) => kind === 'make-list');
  assert.ok(problem?.range !== undefined && fix?.kind === 'make-list', text);
  const after = applyEdits(text, fixEdits(text, problem.range, fix));
  assert.deepEqual(
    parseDefinitions(after, '/a').problems.filter(({ code }) => code === 'syntax-error'),
    [],
  );
  return after;
}

describe('definitions one after the other', () => {
  it('are put into a list, in the layout of the file, with their comments', () => {
    assert.equal(
      listed(
        '\ufeff// ours\r\n{\r\n\t"name": "a", // the first\r\n}\r\n\r\n// then\r\n{\r\n\t"name": "b"\r\n} // last\r\n',
      ),
      '\ufeff// ours\r\n[\r\n\t{\r\n\t\t"name": "a", // the first\r\n\t},\r\n\r\n\t// then\r\n\t{\r\n\t\t"name": "b"\r\n\t} // last\r\n]\r\n',
    );
    assert.equal(listed('{"name": "a"} {"name": "b"}'), '[{"name": "a"}, {"name": "b"}]');
  });

  it('are given no comma that is there', () => {
    assert.equal(listed('{"name": "a"}, {"name": "b"}\n'), '[{"name": "a"}, {"name": "b"}]\n');
    assert.equal(
      listed('{\n  "name": "a"\n},\n{ "name": "b" },\n'),
      '[\n  {\n    "name": "a"\n  },\n  { "name": "b" },\n]\n',
    );
  });

  it('are left alone where anything else stands there, or one has no end', () => {
    for (const text of [
      '{"name": "a"} x {"name": "b"}',
      '{"name": "a"} {"name": "b"',
      '[] {}',
      '{"name": "a"}}',
      '{} []',
      '{},,{}',
      ', {} {}',
      '',
    ])
      assert.deepEqual(makeListEdits(text), [], text);
  });
});

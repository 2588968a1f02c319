import assert from 'node:assert/strict';
import { clearSecretAt } from '../../../../../src/core/definition/edits/clear-secret.ts';
import { applyEdits } from '../../../../../src/core/definition/edits/edit.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';

const GOOD = '"name": "a", "container_format": "bare", "disk_format": "raw"';

/** The secret that the parser is against, and the text once it is kept elsewhere. */
function kept(text: string): { secret: string; origin: string; after: string } {
  const problem = parseDefinitions(text, '/a').problems.find(({ code }) => code === 'literal-secret');
  assert.ok(problem?.range);
  assert.deepEqual(problem.fixes, [{ kind: 'keep-secret' }]);
  const found = clearSecretAt(text, problem.range.offset);
  assert.ok(found);
  return { secret: found.secret, origin: found.origin, after: applyEdits(text, found.referTo('mirror')) };
}

describe('a secret in clear', () => {
  it('is a password, which a reference takes the place of', () => {
    const text = `{\r\n\t${GOOD},\r\n\t"image_source_url": "https://m.example:8443/a",\r\n\t"image_source_password": "hunter2", // ours\r\n}`;
    assert.deepEqual(kept(text), {
      secret: 'hunter2',
      origin: 'https://m.example:8443',
      after: text.replace('hunter2', '${secret:mirror}'),
    });
  });

  it('is in an address, which loses it and its user to arguments of their own', () => {
    const text = `[{}, {\n  ${GOOD},\n  "image_source_url": "https://r%40x:hunt%2Fer2@m.example/a?b=c@d#e" // the mirror\n}]`;
    assert.deepEqual(kept(text), {
      secret: 'hunt/er2',
      origin: 'https://m.example',
      after: `[{}, {\n  ${GOOD},\n  "image_source_url": "https://m.example/a?b=c@d#e", // the mirror\n  "image_source_username": "r@x",\n  "image_source_password": "\${secret:mirror}"\n}]`,
    });
    assert.deepEqual(
      parseDefinitions(kept(text).after, '/a').problems.filter(({ code }) => code === 'literal-secret'),
      [],
    );
  });

  it('is no address without one, and nothing where no text is', () => {
    const text = `{${GOOD}, "image_source_url": "https://m.example/a"}`;
    assert.equal(clearSecretAt(text, text.indexOf('"https')), undefined);
    assert.equal(clearSecretAt(text, 0), undefined);
  });
});

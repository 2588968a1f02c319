import assert from 'node:assert/strict';
import { MissingFiles, type MissingFile } from '../../../../src/state/definitions/missing-files.ts';
import { definitionOf } from '../sample-plans.ts';

describe('the files that definitions name', () => {
  it('are a warning where they do not exist, with the nearest one as a fix, until they do', async () => {
    let missing: MissingFile | undefined = { closest: 'images/disk.raw' };
    let changes = 0;
    const files = new MissingFiles((path) => Promise.resolve(path === 'images/dsk.raw' ? missing : undefined));
    files.onDidChange(() => (changes += 1));
    const definition = definitionOf({ local_file_path: 'images/dsk.raw' });
    assert.deepEqual(files.problemsOf(definition), [], 'nobody has looked');
    await files.look([definition]);
    const [problem, ...others] = files.problemsOf(definition);
    assert.equal(others.length, 0);
    assert.equal(problem?.code, 'source-missing');
    assert.equal(problem.severity, 'warning');
    assert.equal(problem.message, 'The file "images/dsk.raw" does not exist. Did you mean "images/disk.raw"?');
    assert.deepEqual(problem.fixes, [{ kind: 'set-value', value: 'images/disk.raw' }]);
    await files.look([definition]);
    assert.equal(changes, 1, 'the same is no news');
    missing = undefined;
    await files.look([definition]);
    assert.deepEqual(files.problemsOf(definition), []);
    assert.equal(changes, 2);
  });

  it('include a list of checksums, and have no fix where nothing is near', async () => {
    const files = new MissingFiles((path) => Promise.resolve(path === 'SHA256SUMS' ? {} : undefined));
    const definition = definitionOf({
      local_file_path: undefined,
      image_source_url: 'https://a.example/disk.raw',
      image_source_checksum: 'SHA256SUMS',
    });
    await files.look([definition]);
    assert.deepEqual(
      files.problemsOf(definition).map(({ message, fixes }) => [message, fixes]),
      [['The file "SHA256SUMS" does not exist.', undefined]],
    );
  });
});

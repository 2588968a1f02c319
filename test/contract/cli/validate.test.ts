import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloudUnderTest } from '../cloud.ts';
import { CommandLine, document } from './command-line.ts';

const GOOD = { name: 'Good', container_format: 'bare', disk_format: 'raw' };

describe('glance-images validate', () => {
  let line: CommandLine;

  beforeEach(async () => {
    line = await CommandLine.open(await cloudUnderTest());
    line.useNoCloud();
  });

  afterEach(async () => line.close());

  it('prints problems at file, line and column, and nothing on standard output', async () => {
    await writeFile(
      join(line.folder, 'bad.image.jsonc'),
      ['// A comment.', '{', '  "name": "Bad",', '  "disk_formt": "raw",', '  "min_disk_gb": "ten"', '}', ''].join(
        '\n',
      ),
    );
    const run = await line.expect(1, 'validate', 'bad.image.jsonc');
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^bad\.image\.jsonc:4:3: error: .*disk_format.* \[unknown-argument\]$/m);
    assert.match(run.stderr, /^bad\.image\.jsonc:5:18: error: .* \[wrong-type\]$/m);
    assert.match(run.stderr, /^bad\.image\.jsonc:2:1: error: .*container_format.* \[missing-argument\]$/m);
  });

  it('prints the same as a document', async () => {
    await line.define('bad.image.jsonc', { ...GOOD, web_download: true });
    const run = await line.expect(1, 'validate', '--json', 'bad.image.jsonc');
    const { format_version: version, problems } = document(run) as { format_version: number; problems: object[] };
    assert.equal(version, 1);
    assert.ok(problems.length > 0);
    for (const problem of problems)
      assert.deepEqual(Object.keys(problem), ['file', 'severity', 'code', 'message', 'line', 'column']);
  });

  it('reads folders and globs, each file once, and needs no cloud', async () => {
    await line.define('one.image.jsonc', GOOD);
    await line.define('two.image.jsonc', [
      { ...GOOD, name: 'Two' },
      { ...GOOD, name: 'Three' },
    ]);
    const run = await line.expect(0, 'validate', '.', '*.image.jsonc', 'one.image.jsonc');
    assert.equal(run.stdout, '3 definitions in 2 files: valid.\n');
    assert.equal(run.stderr, '');
  });

  it('finds two definitions of one image in two files', async () => {
    await line.define('one.image.jsonc', GOOD);
    await line.define('two.image.jsonc', GOOD);
    const run = await line.expect(1, 'validate', '.');
    assert.match(run.stderr, /^one\.image\.jsonc:.* \[duplicate-definition\]$/m);
    assert.match(run.stderr, /^two\.image\.jsonc:.* \[duplicate-definition\]$/m);
  });

  it('fails for a name that matches nothing, with an empty standard output', async () => {
    const run = await line.expect(1, 'validate', '--json', 'nothing');
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^error: "nothing" is not a file.* \[file-not-found\]$/m);
  });

  it('ends with 64 for a wrong command line', async () => {
    for (const words of [
      [],
      ['validate'],
      ['validate', '--nonsense', 'x'],
      ['nonsense'],
      ['show', 'no-id'],
      ['apply', '--auto-approve', ''],
      ['import', '--json', 'x'],
      ['sandbox', '--port', 'x'],
    ]) {
      const run = await line.expect(64, ...words);
      assert.equal(run.stdout, '');
      assert.notEqual(run.stderr, '');
    }
  });

  it('says what it is', async () => {
    assert.match((await line.expect(0, '--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match((await line.expect(0, '--help')).stdout, /^Usage: glance-images /);
    assert.match((await line.expect(0, 'apply', '--help')).stdout, /--auto-approve/);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../host/folders.ts';
import { loadsOf, shipped, type RunNode } from '../host/load-shipped.ts';
import { unpackedVsix } from '../host/vsix.ts';
import { LOWEST_NODE, lowestNode } from './lowest-node.ts';

describe(`what ships, in an empty folder on Node ${LOWEST_NODE}`, () => {
  let node = '';
  let folder = '';

  before(async function () {
    this.timeout(300_000);
    node = await lowestNode();
    folder = mkdtempSync(join(tmpdir(), 'glance-images-empty-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const run: RunNode = (...parameters) =>
    spawnSync(node, parameters, {
      cwd: folder,
      env: { HOME: folder, SystemRoot: process.env.SystemRoot },
      encoding: 'utf8',
    });

  it('loads, each file of it', () => {
    const loads = loadsOf(unpackedVsix());
    assert.deepEqual(shipped(unpackedVsix()), Object.keys(loads).sort());
    for (const [file, load] of Object.entries(loads)) load(run, join(unpackedVsix(), 'dist', file));
  });

  it('is what the papers and the program say of the lowest Node', () => {
    assert.equal(run('--version').stdout.trim(), `v${LOWEST_NODE}`);
    const promised = LOWEST_NODE.replace(/\.0$/, '');
    for (const paper of ['README.md', 'CONTRIBUTING.md', 'docs/command-line.md'])
      assert.ok(readFileSync(join(ROOT, paper), 'utf8').includes(`Node.js ${promised} or newer`), paper);
    assert.ok(
      readFileSync(join(unpackedVsix(), 'dist', 'cli.cjs'), 'utf8').includes(`needs Node ${promised} or newer`),
    );
  });
});

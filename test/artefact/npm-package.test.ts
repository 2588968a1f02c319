import assert from 'node:assert/strict';
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { packForNpm } from '../host/npm/package.ts';
import { vsixUnderTest } from '../host/vsix.ts';

const DEFINITION = '{ "name": "a", "container_format": "bare", "disk_format": "raw" }';

describe('the npm package', function () {
  this.timeout(300_000);
  let home = '';
  let tarball = '';

  before(() => {
    // `dist` is there then.
    vsixUnderTest();
    home = mkdtempSync(join(tmpdir(), 'glance-images-npm-home-'));
    tarball = join(home, 'glance-images.tgz');
    packForNpm(tarball);
    writeFileSync(join(home, 'a.image.jsonc'), DEFINITION);
  });

  after(() => rmSync(home, { recursive: true, force: true }));

  /** A program in the empty home, which finds only Node's folder and the system's. */
  const run = (program: string, ...words: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(program, words, {
      cwd: home,
      encoding: 'utf8',
      env: {
        HOME: home,
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
      },
    });

  const said = ({ status, stdout, stderr }: SpawnSyncReturns<string>): string => {
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };

  it('is small, and holds the command line, its notices and papers, and nothing of the editor or the tests', () => {
    assert.ok(statSync(tarball).size < 1_000_000, `${String(statSync(tarball).size)} bytes`);
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n').sort();
    const others = files.filter((file) => !/^package\/dist\/chunk-\w+\.cjs$/.test(file));
    assert.deepEqual(others, [
      'package/CHANGELOG.md',
      'package/LICENSE',
      'package/README.md',
      'package/SECURITY.md',
      'package/dist/ThirdPartyNotices.txt',
      'package/dist/cli.cjs',
      'package/dist/decompress-worker.cjs',
      'package/dist/digest-worker.cjs',
      'package/dist/engine.cjs',
      'package/dist/sandbox.cjs',
      'package/dist/transfer-host.cjs',
      'package/media/catalog.json',
      'package/package.json',
    ]);
    assert.doesNotMatch(
      execFileSync('tar', ['-xzOf', tarball], { encoding: 'utf8', maxBuffer: 64_000_000 }),
      /require\("vscode"\)/,
    );
  });

  it('is the same bytes each time', () => {
    packForNpm(join(home, 'again.tgz'));
    assert.ok(readFileSync(tarball).equals(readFileSync(join(home, 'again.tgz'))));
  });

  it('is installed by npm from its tarball without a network, and runs', () => {
    const prefix = join(home, 'prefix');
    said(run('npm', 'install', '--global', '--prefix', prefix, tarball));
    assert.deepEqual(readdirSync(join(prefix, 'lib', 'node_modules')), ['glance-images']);
    const program = join(prefix, 'bin', 'glance-images');
    assert.match(said(run(program, '--version')), /^\d+\.\d+\.\d+$/);
    assert.equal(said(run(program, 'validate', 'a.image.jsonc')), '1 definition in 1 file: valid.');
    // The engine, which is loaded on use.
    assert.match(said(run(program, 'cache', 'show')), /: nothing$/);
  });

  it('is run by npx', () => {
    const words = ['--yes', '--package', tarball, 'glance-images', 'validate', 'a.image.jsonc'];
    assert.equal(said(run('npx', ...words)), '1 definition in 1 file: valid.');
  });
});

import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackedVsix } from '../host/vsix.ts';

const KEPT = /writing cache for .*cjs/;
const USED = /cache for .*\.cjs was accepted/;

describe('the compiled code that the command line keeps', () => {
  let folder = '';
  let cache = '';

  before(function () {
    if (process.platform !== 'linux') this.skip();
    unpackedVsix();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'glance-images-compiled-'));
    cache = join(folder, 'glance-images', 'compiled');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (environment: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [join(unpackedVsix(), 'dist', 'cli.cjs'), 'cache', 'show'], {
      encoding: 'utf8',
      env: { HOME: folder, XDG_CACHE_HOME: folder, ...environment },
    });
  /** What Node says that it does with its cache. */
  const told = (): string => run({ NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }).stderr;

  it('is written by the first start and used by the next', () => {
    assert.match(told(), KEPT);
    assert.equal(statSync(cache).mode & 0o777, 0o700);
    const second = told();
    assert.match(second, USED);
    assert.match(second, /engine\.cjs was accepted/);
  });

  it('is neither written nor used where others may write', () => {
    run();
    chmodSync(cache, 0o777);
    const after = told();
    assert.doesNotMatch(after, KEPT);
    assert.doesNotMatch(after, USED);
  });

  it('is no part of what `cache show` lists', () => {
    run();
    assert.ok(readdirSync(cache).length > 0);
    const { status, stdout, stderr } = run();
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /: nothing\n$/);
  });

  it('is done without where its folder can’t be made', () => {
    mkdirSync(join(folder, 'glance-images'));
    writeFileSync(cache, 'a file');
    const { status, stderr } = run();
    assert.deepEqual([status, stderr], [0, '']);
    assert.ok(existsSync(cache));
  });

  it('is not kept where Node is told so', () => {
    run({ NODE_DISABLE_COMPILE_CACHE: '1' });
    assert.deepEqual(readdirSync(cache), []);
  });
});

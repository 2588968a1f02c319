import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** What is shipped must not look for files that are only here: each bundle is loaded from a folder that holds nothing
 * but the manifest that is shipped with it. */
describe('bundles', () => {
  let folder: string;

  before(() => {
    const found = vscode.extensions.getExtension('glance-images.glance-images');
    assert.ok(found);
    folder = mkdtempSync(join(tmpdir(), 'glance-images-bundles-'));
    cpSync(join(found.extensionPath, 'dist'), join(folder, 'dist'), { recursive: true });
    cpSync(join(found.extensionPath, 'package.json'), join(folder, 'package.json'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Output of a program that runs on this host's own Node. */
  function run(...parameters: readonly string[]): string {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    return execFileSync(process.execPath, parameters, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  it('run the command line', () => {
    assert.match(run('dist/cli.cjs', '--help'), /apply/);
    assert.match(run('dist/cli.cjs', 'validate', '--help'), /problems/);
  });

  it('load the engine and read a configuration', () => {
    const script = `
      const { createEngine } = require('./dist/engine.cjs');
      const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
      const engine = createEngine({ environment: { OS_AUTH_URL: 'http://127.0.0.1:1/v3', OS_USERNAME: 'u' }, workspaceFolders: [],
        extraCloudsFiles: [], allowedEnvironment: [], userAgent: 'test', log });
      engine.clouds().then(({ clouds }) => console.log(clouds.map(({ name }) => name).join()));`;
    assert.match(run('-e', script), /envvars/);
  });

  it('load the sandbox as far as its own words', () => {
    assert.throws(() => run('dist/sandbox.cjs'), /--dir is missing/);
  });

  it('compute a digest in the worker', () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker('./dist/digest-worker.cjs', { workerData: 'blake2b' });
      worker.on('message', (message) => { if (message.type === 'digest') { console.log(message.hex); process.exit(0); } });
      worker.postMessage({ type: 'end' });`;
    assert.match(run('-e', script), /^786a02f7/);
  });
});

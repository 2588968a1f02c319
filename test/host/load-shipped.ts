import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program of Node in an empty folder, until it ends. */
export type RunNode = (...parameters: readonly string[]) => {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Every program in `dist` of an unpacked VSIX, as paths in it. */
export function shipped(extension: string): readonly string[] {
  const entries = readdirSync(join(extension, 'dist'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'ThirdPartyNotices.txt');
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(join(extension, 'dist').length + 1)).sort();
}

/** Stands in for the API of VS Code: whatever is asked of it is a class of that kind again. */
const VSCODE = `
  const { Module } = require('node:module');
  const load = Module._load;
  const all = new Proxy(class {}, {
    get: (target, name) => (name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => '' : all),
    apply: () => all,
  });
  Module._load = (name, ...more) => (name === 'vscode' ? all : load(name, ...more));`;

/** How each program and page of `dist` is loaded as far as its own first words, given its path; each fails where it is not said. */
const LOADS: Readonly<Record<string, (run: RunNode, path: string) => void>> = {
  'cli.cjs': (run, path) => {
    assert.match(said(run(path, '--version')), /^\d+\.\d+\.\d+$/);
    assert.match(said(run(path, 'apply', '--help')), /definitions/);
    assert.match(said(run(path, 'cache', 'show')), /: nothing$/);
  },
  'engine.cjs': (run, path) => {
    const script = `
      const { createEngine } = require(${JSON.stringify(path)});
      const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
      const engine = createEngine({ environment: { OS_AUTH_URL: 'http://127.0.0.1:1/v3', OS_USERNAME: 'u' }, workspaceFolders: [],
        extraCloudsFiles: [], allowedEnvironment: [], userAgent: 'test', log });
      engine.clouds().then(({ clouds }) => console.log(clouds.map(({ name }) => name).join()));`;
    assert.equal(said(run('-e', script)), 'envvars');
  },
  'extension.cjs': (run, path) => {
    const script = `${VSCODE}
      const { activate } = require(${JSON.stringify(path)});
      console.log(typeof activate);`;
    assert.equal(said(run('-e', script)), 'function');
  },
  'sandbox.cjs': (run, path) => {
    const { status, stderr } = run(path);
    assert.deepEqual([status, stderr.trim()], [1, '--dir is missing: the folder that the sandbox keeps its data in.']);
    const script = `console.log(typeof require(${JSON.stringify(path)}).startSandbox);`;
    assert.equal(said(run('-e', script)), 'function');
  },
  'transfer-host.cjs': (run, path) => {
    const { status, stdout } = run(path);
    assert.deepEqual(
      [status, stdout],
      [64, 'A folder and a version are missing: windows and terminals start this program.\n'],
    );
  },
  'digest-worker.cjs': (run, path) => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(path)}, { workerData: 'blake2b' });
      worker.on('message', ({ hex }) => { console.log(hex); process.exit(0); });
      worker.postMessage({ type: 'end' });`;
    assert.match(said(run('-e', script)), /^786a02f7/);
  },
  'decompress-worker.cjs': (run, path) => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const work = { input: '/dev/null/nothing', output: '/dev/null/nothing', compression: 'xz', limits: { byRatio: 1, byRoom: 1 } };
      const worker = new Worker(${JSON.stringify(path)}, { workerData: work });
      worker.on('message', ({ why }) => console.log(why));`;
    assert.equal(said(run('-e', script)), 'unwritable');
  },
  // A page's script: that it can be read is all that can be said of it without a page.
  'webview/transfers.js': (run, path) => {
    const script = `new (require('node:vm').Script)(require('node:fs').readFileSync(${JSON.stringify(path)}, 'utf8'));`;
    assert.equal(said(run('-e', script)), '');
  },
};

/** What a program wrote, if it ended well and nothing was warned of. */
function said({ status, stdout, stderr }: ReturnType<RunNode>): string {
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.trim();
}

/** Code that several programs share, or that one loads on first use; the bundler names it. */
const CHUNK = /^chunk-\w+\.cjs$/;

/** How each file of `dist` is loaded, by its path there: those that have to be there, and the chunks that are. */
export function loadsOf(extension: string): Readonly<Record<string, (run: RunNode, path: string) => void>> {
  const chunks = shipped(extension).filter((file) => CHUNK.test(file));
  return { ...LOADS, ...Object.fromEntries(chunks.map((file) => [file, loadChunk])) };
}

function loadChunk(run: RunNode, path: string): void {
  assert.equal(said(run('-e', `${VSCODE} console.log(typeof require(${JSON.stringify(path)}));`)), 'object');
}

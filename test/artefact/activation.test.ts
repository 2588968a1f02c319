import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { standInForVscode } from '../host/load-shipped.ts';
import { unpackedVsix } from '../host/vsix.ts';

/** Bytes of JavaScript. */
const AT_MOST = 150_000;

describe('what the extension loads before anybody looks or clicks', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'glance-images-activation-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The files of ours that a process has loaded when it has no more to do after activation. */
  function loaded(openDocuments: string): readonly string[] {
    const extension = join(unpackedVsix(), 'dist', 'extension.cjs');
    const known = `{ workspace: { textDocuments: ${openDocuments}, workspaceFolders: [] }, window: { tabGroups: { all: [] } } }`;
    const script = `${standInForVscode(known)}
      const { activate } = require(${JSON.stringify(extension)});
      const nothing = { get: () => undefined, update: async () => {}, keys: () => [] };
      const uri = { fsPath: ${JSON.stringify(folder)} };
      activate({ subscriptions: [], secrets: { onDidChange: () => {} }, globalState: nothing, workspaceState: nothing,
        extension: { packageJSON: {} }, extensionUri: uri, globalStorageUri: uri });
      process.on('exit', () => console.log(JSON.stringify(Object.keys(require.cache))));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      cwd: folder,
      env: { HOME: folder, SystemRoot: process.env.SystemRoot },
    });
    assert.deepEqual([status, stderr], [0, '']);
    return JSON.parse(stdout) as readonly string[];
  }

  it(`is at most ${AT_MOST} bytes of JavaScript`, () => {
    const files = loaded('[]');
    const bytes = files.map((file) => statSync(file).size);
    const sum = bytes.reduce((total, each) => total + each, 0);
    assert.ok(files.some((file) => basename(file) === 'extension.cjs'));
    assert.ok(
      sum <= AT_MOST,
      `${sum} bytes: ${files.map((file, index) => `${basename(file)} ${bytes[index] ?? 0}`).join(', ')}`,
    );
  });

  it('grows as soon as a definition is open', () => {
    const definition = `{ languageId: 'glance-image', uri: { scheme: 'file', fsPath: '/a.image.jsonc' }, getText: () => '' }`;
    assert.ok(loaded(`[${definition}]`).length > loaded('[]').length);
  });
});

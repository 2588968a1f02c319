import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { loadsOf, shipped, type RunNode } from '../../host/load-shipped.ts';

describe('what ships, in an empty folder on the Node of this VS Code', () => {
  let folder: string;
  let extension: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'glance-images-empty-'));
    extension = vscode.extensions.getExtension('glance-images.glance-images')?.extensionPath ?? '';
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const run: RunNode = (...parameters) =>
    spawnSync(process.execPath, parameters, {
      cwd: folder,
      env: { HOME: folder, SystemRoot: process.env.SystemRoot, ELECTRON_RUN_AS_NODE: '1' },
      encoding: 'utf8',
    });

  it('loads, each file of it', () => {
    const loads = loadsOf(extension);
    assert.deepEqual(shipped(extension), Object.keys(loads).sort());
    for (const [file, load] of Object.entries(loads)) load(run, join(extension, 'dist', file));
  });

  it('loads the extension for good', async () => {
    const found = vscode.extensions.getExtension('glance-images.glance-images');
    await found?.activate();
    assert.equal(found?.isActive, true);
  });
});

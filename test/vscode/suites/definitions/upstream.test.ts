import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { rawDisk } from '../../../host/raw-disk.ts';
import * as vscode from 'vscode';
import { parseDefinitions } from '../../../../src/core/definition/parse.ts';
import { silentLog } from '../../../unit/silent-log.ts';
import type * as built from '../../../../src/node/engine.ts';
import { useImages } from '../../../host/live-images.ts';
import { lensTitles, workspaceFile } from '../../opened.ts';

const SET = 'Upstream changed: set the new checksum';
const [OLD, FRESH] = ['0'.repeat(64), 'a'.repeat(64)];

describe('the upstream of definitions', () => {
  let mirror: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let uri: vscode.Uri;

  before(async () => {
    mirror = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(mirror, 'listening');
    const address = mirror.address();
    assert.ok(typeof address === 'object' && address !== null);
    origin = `http://127.0.0.1:${address.port}`;
  });

  after(() => mirror.close());

  beforeEach(() => {
    uri = workspaceFile(`upstream-${randomUUID()}.image.jsonc`);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(uri);
  });

  async function open(text: string): Promise<vscode.TextDocument> {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri))).document;
  }

  const definition = (name: string, rest: string): string =>
    `{ "name": "${name}", "container_format": "bare", "disk_format": "raw", "region": "RegionOne",\n  ${rest} }`;

  /** Answers with a disk, and a checksum file where one is published. */
  function publish({ etag, sums }: { readonly etag?: string; readonly sums?: string }): void {
    answer = ({ url }, response) => {
      if (url === '/disk.img') response.writeHead(200, etag === undefined ? {} : { etag }).end(rawDisk(1, etag));
      else if (url === '/SHA256SUMS' && sums !== undefined) response.end(`${sums}  disk.img\n`);
      else response.writeHead(404).end();
    };
  }

  it('stands over the definition once it moved, and its lens sets the new checksum and leaves the rest', async () => {
    publish({ sums: FRESH });
    const rest = `"image_source_url": "${origin}/disk.img",\n  "image_source_checksum": "sha256:${OLD}", // of May\n`;
    const document = await open(definition('Pinned', rest));
    assert.ok(!(await lensTitles(uri)).includes(SET), 'nobody asked yet');
    await vscode.commands.executeCommand('glanceImages.checkUpstream', uri);
    assert.ok((await lensTitles(uri)).includes(SET));
    const problem = vscode.languages.getDiagnostics(uri).find(({ code }) => code === 'upstream-moved');
    assert.match(problem?.message ?? '', /SHA256SUMS now has sha256:a+/);
    await vscode.commands.executeCommand('glanceImages.takeUpstream', uri.toString(), 0);
    assert.equal(document.getText(), definition('Pinned', rest.replace(OLD, FRESH)));
    assert.ok(!(await lensTitles(uri)).includes(SET));
    await document.save();
  });

  it('is asked for with the login of the source; one that fails keeps no other from being checked', async () => {
    const seen: (string | undefined)[] = [];
    process.env.GLANCE_IMAGES_UPSTREAM_PASSWORD = 'hunter2';
    process.env.GLANCE_IMAGES_UPSTREAM_PASSWORD_ORIGIN = origin;
    const login = `Basic ${Buffer.from('reader:hunter2').toString('base64')}`;
    answer = ({ url, headers }, response) => {
      seen.push(headers.authorization);
      if (headers.authorization !== login) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      else if (url === '/SHA256SUMS') response.end(`${FRESH}  disk.img\n`);
      else response.writeHead(url === '/disk.img' ? 200 : 404).end('bytes');
    };
    const pinned = (more: string): string =>
      `"image_source_url": "${origin}/disk.img", "image_source_checksum": "sha256:${OLD}"${more}`;
    const password = '"image_source_password": "${env:GLANCE_IMAGES_UPSTREAM_PASSWORD}"';
    const document = await open(
      `[${definition('Refused', pinned(''))},\n${definition('Allowed', pinned(`, "image_source_username": "reader", ${password}`))}]`,
    );
    try {
      await vscode.commands.executeCommand('glanceImages.checkUpstream', uri);
      assert.ok(seen.includes(login) && seen.includes(undefined));
      const moved = vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'upstream-moved');
      assert.ok(moved.some(({ range }) => range.start.line === document.lineCount - 1));
    } finally {
      delete process.env.GLANCE_IMAGES_UPSTREAM_PASSWORD;
      delete process.env.GLANCE_IMAGES_UPSTREAM_PASSWORD_ORIGIN;
    }
  });

  /** Applies as the command line does: the editor would ask, for the source is on this machine. */
  async function applyUnasked({ fsPath }: vscode.Uri): Promise<void> {
    const extension = vscode.extensions.getExtension('glance-images.glance-images')?.extensionPath ?? '';
    const { createEngine } = createRequire(__filename)(join(extension, 'dist', 'engine.cjs')) as typeof built;
    const cacheFolder = await mkdtemp(join(tmpdir(), 'glance-images-upstream-'));
    const engine = createEngine({
      environment: process.env,
      workspaceFolders: [dirname(fsPath)],
      extraCloudsFiles: [],
      allowedEnvironment: [],
      userAgent: 'glance-images-test',
      log: silentLog,
      cacheFolder,
    });
    try {
      const { definitions } = parseDefinitions(await readFile(fsPath, 'utf8'), fsPath);
      const results = await engine.apply(await engine.plan(definitions));
      assert.deepEqual(
        results.map(({ status }) => status),
        ['done'],
      );
    } finally {
      await engine.dispose();
      await rm(cacheFolder, { recursive: true });
    }
  }

  it('has moved for a definition without a checksum where its image was made of bytes with another ETag', async () => {
    const cloudsFile = process.env.OS_CLIENT_CONFIG_FILE ?? '';
    publish({ etag: '"may"' });
    const name = `Followed ${randomUUID()}`;
    await open(definition(name, `"image_source_url": "${origin}/disk.img"`));
    try {
      await applyUnasked(uri);
      await vscode.commands.executeCommand('glanceImages.checkUpstream', uri);
      assert.ok((await lensTitles(uri)).includes('No changes'));
      publish({ etag: '"june"' });
      await vscode.commands.executeCommand('glanceImages.checkUpstream', uri);
      assert.ok(
        (await lensTitles(uri)).includes('Upstream changed, replaced if the bytes differ'),
        String(await lensTitles(uri)),
      );
    } finally {
      await useImages(cloudsFile, 'RegionOne', async (images) => {
        for await (const page of images.list({ name })) for (const { id } of page) await images.delete(id);
      });
    }
  });
});

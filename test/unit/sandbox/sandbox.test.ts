import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { PlannedFaults } from '../../contract/planned-faults.ts';
import { freePortsInARow } from '../../host/ports.ts';

type Json = Record<string, unknown>;

describe('sandbox', () => {
  let directory: string;
  let sandbox: Sandbox;
  let stopped: Promise<void> | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'glance-images-sandbox-'));
    stopped = undefined;
  });

  afterEach(async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });

  function stop(): Promise<void> {
    stopped ??= sandbox.stop();
    return stopped;
  }

  async function start(options: Partial<SandboxOptions> = {}): Promise<void> {
    sandbox = await startSandbox({ directory, ...options });
    stopped = undefined;
  }

  it('writes nothing through links that came with its folder', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'glance-images-outside-'));
    try {
      const victim = join(outside, 'victim');
      await writeFile(victim, 'mine');
      await symlink(victim, join(directory, 'clouds.yaml'));
      await symlink(victim, join(directory, 'clouds.yaml.new'));
      await start();
      await stop();
      assert.equal(await readFile(victim, 'utf8'), 'mine');
      for (const name of [['RegionOne'], ['RegionOne', 'fast']]) {
        await rm(join(directory, ...name), { recursive: true });
        await symlink(outside, join(directory, ...name));
        await assert.rejects(startSandbox({ directory }), /is a link/);
        assert.deepEqual(await readdir(outside), ['victim']);
        await rm(join(directory, ...name));
        await start();
        await stop();
      }
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  function domainOf() {
    return { name: 'Default' };
  }

  async function passwordOf(cloud = 'sandbox'): Promise<string> {
    const file = parse(await readFile(sandbox.cloudsFile, 'utf8')) as {
      clouds: Record<string, { auth: { password: string } }>;
    };
    return file.clouds[cloud]?.auth.password ?? '';
  }

  async function logInWith(password: string): Promise<Response> {
    const user = { name: 'demo', domain: domainOf(), password };
    return fetch(`${sandbox.authUrl}/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: { methods: ['password'], password: { user } },
          scope: { project: { name: 'demo', domain: domainOf() } },
        },
      }),
    });
  }

  async function logIn(): Promise<string> {
    const answer = await logInWith(await passwordOf());
    await answer.arrayBuffer();
    return answer.headers.get('x-subject-token') ?? '';
  }

  function url(path: string, region = 0): string {
    return `${sandbox.regions[region]?.url ?? ''}/v2${path}`;
  }

  async function create(token: string, fields: Json = {}): Promise<string> {
    const answer = await fetch(url('/images'), {
      method: 'POST',
      headers: { 'x-auth-token': token },
      body: JSON.stringify({ disk_format: 'raw', container_format: 'bare', ...fields }),
    });
    return String(((await answer.json()) as Json).id);
  }

  async function show(token: string, id: string): Promise<Json> {
    return (await (await fetch(url(`/images/${id}`), { headers: { 'x-auth-token': token } })).json()) as Json;
  }

  function upload(token: string, id: string, body: BodyInit): Promise<Response> {
    const headers = { 'x-auth-token': token, 'content-type': 'application/octet-stream', accept: 'application/json' };
    return fetch(url(`/images/${id}/file`), { method: 'PUT', headers, body });
  }

  it('writes a clouds.yaml that only its owner reads', async () => {
    await start({ password: 'a: "b" #c' });
    assert.equal((await stat(sandbox.cloudsFile)).mode & 0o777, 0o600);
    const file = parse(await readFile(sandbox.cloudsFile, 'utf8')) as { clouds: Record<string, Json> };
    assert.deepEqual(Object.keys(file.clouds), ['sandbox', 'sandbox-admin', 'sandbox-guest']);
    assert.deepEqual(file.clouds.sandbox, {
      auth: {
        auth_url: sandbox.authUrl,
        username: 'demo',
        password: 'a: "b" #c',
        project_name: 'demo',
        user_domain_name: 'Default',
        project_domain_name: 'Default',
      },
      regions: ['RegionOne', 'RegionTwo'],
    });
  });

  it('listens on loopback only, on three ports in a row where one is given', async () => {
    const port = await freePortsInARow(3);
    await start({ port });
    assert.deepEqual(
      [sandbox.authUrl, ...sandbox.regions.map((region) => region.url)],
      [`http://127.0.0.1:${port}/v3`, `http://127.0.0.1:${port + 1}`, `http://127.0.0.1:${port + 2}`],
    );
  });

  it('says that a port is taken, and leaves nothing listening', async () => {
    await start();
    const taken = Number(new URL(sandbox.authUrl).port);
    const other = await mkdtemp(join(tmpdir(), 'glance-images-sandbox-'));
    try {
      await assert.rejects(startSandbox({ directory: other, port: taken }), { code: 'EADDRINUSE' });
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('makes a password of its own and keeps it, until another is given', async () => {
    await start();
    const password = await passwordOf();
    assert.ok(password.length >= 20);
    await stop();
    await start();
    assert.equal(await passwordOf(), password);
    await stop();
    await start({ password: 'another' });
    assert.equal((await logInWith(password)).status, 401);
    assert.equal((await logInWith('another')).status, 201);
  });

  it('has an application credential from the start', async () => {
    await start();
    const answer = await fetch(`${sandbox.authUrl}/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['application_credential'],
            application_credential: sandbox.applicationCredential,
          },
        },
      }),
    });
    assert.equal(answer.status, 201);
    assert.equal(((await answer.json()) as { token: { project: Json } }).token.project.name, 'demo');
  });

  it('survives a restart: images, bytes, deleted ids, owners, tokens', async () => {
    await start();
    const token = await logIn();
    const id = await create(token, { name: 'kept', tags: ['t'] });
    await upload(token, id, 'hello');
    const gone = await create(token);
    await fetch(url(`/images/${gone}`), { method: 'DELETE', headers: { 'x-auth-token': token } });
    const before = await show(token, id);
    await stop();
    await start();
    assert.deepEqual(await show(token, id), before);
    const bytes = await fetch(url(`/images/${id}/file`), { headers: { 'x-auth-token': token } });
    assert.equal(await bytes.text(), 'hello');
    const again = await fetch(url('/images'), {
      method: 'POST',
      headers: { 'x-auth-token': token },
      body: JSON.stringify({ id: gone }),
    });
    assert.equal(again.status, 409);
  });

  it('leaves an upload that its stop cuts saving, as Glance does that is told to end', async () => {
    const faults = new PlannedFaults();
    await start({ faults });
    const token = await logIn();
    const id = await create(token);
    const put = request(url(`/images/${id}/file`), {
      method: 'PUT',
      headers: { 'x-auth-token': token, 'content-type': 'application/octet-stream', 'content-length': '1000' },
    });
    put.on('error', () => undefined);
    put.write('hello');
    while ((await show(token, id)).status !== 'saving');
    await stop();
    await start();
    assert.equal((await show(token, id)).status, 'saving');
    assert.deepEqual(await readdir(join(directory, 'RegionOne', 'fast')), [id]);
  });

  it('leaves an image whose server was killed saving, and its bytes in the way of a new upload', async () => {
    await start();
    const token = await logIn();
    const id = await create(token);
    const file = join(directory, 'RegionOne', 'images', `${id}.json`);
    await stop();
    await writeFile(file, (await readFile(file, 'utf8')).replace('"queued"', '"saving"'));
    await start();
    assert.equal((await upload(token, id, 'x')).status, 409);
    const other = await create(token);
    await writeFile(join(directory, 'RegionOne', 'fast', other), 'left over');
    assert.equal((await upload(token, other, 'x')).status, 500);
    assert.equal((await show(token, other)).status, 'queued');
    const deleted = await fetch(url(`/images/${id}`), { method: 'DELETE', headers: { 'x-auth-token': token } });
    assert.equal(deleted.status, 204);
  });

  it('refuses an image over its size cap with 413, and queues it again', async () => {
    await start({ maximumBytes: 1000 });
    const token = await logIn();
    const id = await create(token);
    const answer = await upload(token, id, Buffer.alloc(1001));
    assert.equal(answer.status, 413);
    assert.match(await answer.text(), /The incoming image is too large: The provided image is too large\./);
    assert.equal((await show(token, id)).status, 'queued');
    assert.equal((await upload(token, id, Buffer.alloc(1000))).status, 204);
  });

  it('refuses what a project has no quota left for, before it reads it', async () => {
    await start({ quotaBytes: 1500 });
    const token = await logIn();
    await upload(token, await create(token), Buffer.alloc(1000));
    const id = await create(token);
    const answer = await upload(token, id, Buffer.alloc(600));
    assert.equal(answer.status, 413);
    const { message } = (await answer.json()) as { message: string };
    assert.match(
      message,
      /^Image exceeds the storage quota: The size of the data 600 will exceed the limit\. 500 bytes/,
    );
    assert.equal((await show(token, id)).status, 'queued');
    assert.equal((await upload(token, id, Buffer.alloc(500))).status, 204);
  });

  it('gives tokens that end', async () => {
    await start({ tokenLifetime: -1000 });
    const answer = await fetch(url('/images'), { headers: { 'x-auth-token': await logIn() } });
    assert.equal(answer.status, 401);
  });

  it('takes no token that it did not sign', async () => {
    await start();
    const token = await logIn();
    const forged = token.replace(/\..*/, (signature) => signature.split('').reverse().join('').replace('.', '') + '.x');
    for (const bad of [forged, token.slice(0, -1), '', 'gAAAAA', 'gAAAAA.', 'a.b.c']) {
      assert.equal((await fetch(url('/images'), { headers: { 'x-auth-token': bad } })).status, 401, bad);
    }
  });

  describe('with faults', () => {
    let faults: PlannedFaults;
    let token: string;

    beforeEach(async () => {
      faults = new PlannedFaults();
      await start({ faults });
      token = await logIn();
    });

    it('answers what the fault says, once, and only where it matches', async () => {
      const answer = { status: 503, body: '<h1>down</h1>', headers: { 'content-type': 'text/html' } };
      const planned = faults.next({ method: 'GET', region: 'RegionTwo', path: /^\/v2\/images/ }, { answer });
      const get = (region: number) => fetch(url('/images', region), { headers: { 'x-auth-token': token } });
      assert.equal((await get(0)).status, 200);
      const failed = await get(1);
      assert.deepEqual([failed.status, await failed.text()], [503, '<h1>down</h1>']);
      assert.equal((await get(1)).status, 200);
      assert.equal(planned.count, 1);
      assert.equal((await planned.hit).region, 'RegionTwo');
    });

    it('does the work and loses the answer', async () => {
      const id = await create(token);
      faults.next({ method: 'PUT' }, { loseAnswer: true });
      await assert.rejects(upload(token, id, 'hello'));
      assert.equal((await show(token, id)).status, 'active');
    });

    it('closes the connection within a body', async () => {
      const id = await create(token);
      faults.next({ method: 'PUT' }, { closeAfterReceived: 1000 });
      await assert.rejects(upload(token, id, Buffer.alloc(1000000)));
      // It learns of the end a moment after the sender.
      while ((await show(token, id)).status === 'saving');
      assert.equal((await show(token, id)).status, 'queued');
    });

    it('stores other bytes than were sent', async () => {
      const id = await create(token);
      faults.next({ method: 'PUT' }, { alterReceived: (piece) => Buffer.alloc(piece.length, 'x') });
      await upload(token, id, 'hello');
      const { checksum } = await show(token, id);
      assert.equal(checksum, createHash('md5').update('xxxxx').digest('hex'));
    });

    it('holds a request until it is let go, before or after its work', async () => {
      const gate = Promise.withResolvers<undefined>();
      const planned = faults.next({ method: 'POST', path: /images$/ }, { answerAfter: gate.promise });
      const id = 'aaaaaaaa-0000-4000-8000-000000000000';
      const created = create(token, { id });
      await planned.hit;
      assert.equal((await show(token, id)).status, 'queued');
      gate.resolve(undefined);
      assert.equal(await created, id);
    });

    it('changes an answer, and cuts one', async () => {
      const id = await create(token);
      await upload(token, id, 'hello');
      faults.next({ method: 'GET' }, { alterAnswer: (image) => ({ ...(image as Json), checksum: null }) });
      assert.equal((await show(token, id)).checksum, null);
      faults.next({ method: 'GET', path: /file$/ }, { closeAfterSent: 2 });
      const cut = await fetch(url(`/images/${id}/file`), { headers: { 'x-auth-token': token } });
      await assert.rejects(cut.text());
    });

    it('stops although a request hangs', async () => {
      const planned = faults.next({}, { until: new Promise(() => undefined) });
      const hanging = fetch(url('/images'));
      hanging.catch(() => undefined);
      await planned.hit;
      await stop();
      await assert.rejects(hanging);
    });
  });
});

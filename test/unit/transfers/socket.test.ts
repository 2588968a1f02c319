import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplyOptions, Engine } from '../../../src/core/engine.ts';
import { failedResult } from '../../../src/core/reconcile/applying/result.ts';
import { Failure } from '../../../src/core/failure.ts';
import { announcements, openFolder, type Announcement } from '../../../src/transfers/announcement.ts';
import { HostClient } from '../../../src/transfers/client.ts';
import { TransferHost } from '../../../src/transfers/host.ts';
import { silentLog } from '../silent-log.ts';
import { somePlans } from './plans.ts';

const setup = {
  environment: {},
  workspaceFolders: [],
  extraCloudsFiles: [],
  allowedEnvironment: [],
  userAgent: 'test',
};
const pass = (): Promise<{ readonly kind: 'pass' }> => Promise.resolve({ kind: 'pass' });

describe('the socket of the transfer host', () => {
  let folder: string;
  let host: Announcement;
  let running: TransferHost;
  let serving: Promise<void>;
  /** Ends what the engine applies. */
  let finish: () => void;
  let applying: Promise<ApplyOptions>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-images-socket-'));
    const finished = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<ApplyOptions>();
    finish = () => finished.resolve(undefined);
    applying = begun.promise;
    const engine = {
      apply: async (plans: ReturnType<typeof somePlans>, options: ApplyOptions) => {
        begun.resolve(options);
        options.signal?.addEventListener('abort', finish);
        await finished.promise;
        return plans.map((plan) => {
          const result = failedResult(plan, new Failure('cancelled', 'Cancelled.'), undefined);
          options.onEvent?.({ type: 'result', plan: plan.id, result });
          return result;
        });
      },
      dispose: () => Promise.resolve(),
    } as unknown as Engine;
    const options = {
      folder,
      version: '1',
      log: silentLog,
      unreadAtMost: 1024 * 1024,
      createEngine: () => Promise.resolve(engine),
    };
    const look = watch(folder);
    const changes = on(look, 'change');
    running = new TransferHost(options);
    serving = running.serve();
    // It announces itself by a file.
    const announced = async (): Promise<Announcement> => {
      await changes.next();
      return (await announcements(folder))[0] ?? announced();
    };
    host = await announced();
    look.close();
  });

  afterEach(async () => {
    finish();
    running.end();
    await serving;
    await rm(folder, { recursive: true, force: true });
  });

  /** A run that goes on until the test ends, and the client that began it. */
  async function busy(): Promise<HostClient> {
    const client = await HostClient.open(host, pass);
    await client.begin(somePlans(), setup, { asks: false });
    await applying;
    return client;
  }

  async function connected(): Promise<Socket> {
    const socket = createConnection(host.address);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** Says it, and returns what is answered until the connection is closed. */
  async function answerTo(...said: readonly (string | Buffer)[]): Promise<string> {
    const socket = await connected();
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    const closed = closing(socket);
    for (const each of said) socket.write(each);
    await closed;
    return answer;
  }

  const hello = (secret: string): string => message({ id: 1, method: 'hello', params: { secret, version: '1' } });

  const strange: readonly (readonly [string, () => string | Buffer])[] = [
    ['an empty line', () => '\n'],
    ['another protocol', () => 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['bytes that are no text', () => Buffer.from([0xff, 0xfe, 0, 0x0a])],
    ['a number', () => '1\n'],
    ['a list of requests', () => `[${hello(host.secret).trim()}]\n`],
    ['a message without a method', () => message({ id: 1 })],
    ['an answer that nobody asked for', () => message({ id: 7, result: {} })],
    ['an id that is no id', () => message({ id: { a: 1 }, method: 'hello', params: {} })],
    ['a cancellation of nothing', () => message({ method: '$/cancelRequest' })],
    ['progress of nothing', () => message({ method: '$/progress', params: null })],
    ['a request before the greeting', () => message({ id: 1, method: 'runs' })],
    ['a greeting without a secret', () => message({ id: 1, method: 'hello', params: { version: '1' } })],
    ['an empty secret', () => hello('')],
    ['a wrong secret of the right length', () => hello('x'.repeat(43))],
    ['requests behind a wrong secret', () => hello('x') + message({ id: 2, method: 'runs' })],
    ['deep nesting', () => `${'['.repeat(4000)}\n`],
    ['a greeting that never ends', () => 'x'.repeat(1024 * 1024)],
    ['a flood of greetings', () => hello('x').repeat(10_000)],
  ];

  for (const [what, said] of strange) {
    it(`closes on ${what}, tells nothing, and goes on with its work`, async () => {
      const client = await busy();
      assert.doesNotMatch(await answerTo(said()), /"result"/);
      assert.equal((await client.runs()).length, 1);
      client.dispose();
    });
  }

  /** The right secret in front of it: a window of ours with a fault, or of another version. */
  const faulty: readonly (readonly [string, string | Buffer])[] = [
    ['garbage', 'garbage\n'],
    ['an answer that nobody asked for', message({ id: 7, result: {} })],
    ['a cancellation of nothing', message({ method: '$/cancelRequest' })],
    ['an id that is no id', message({ id: [], method: 'runs' })],
    ['an unknown method', message({ id: 2, method: '__proto__' })],
    ['a begin without anything', message({ id: 2, method: 'begin' })],
    [
      'a begin with plans of another shape',
      message({ id: 2, method: 'begin', params: { setup, work: { texts: {}, plans: [1] } } }),
    ],
    [
      'a begin whose definition does not arrive',
      message({ id: 2, method: 'begin', params: { setup, work: { texts: {}, plans: [plan()] } } }),
    ],
    [
      'a run that is not there',
      message({ id: 2, method: 'watch', params: { run: '../../etc/passwd', answers: false } }),
    ],
    ['a message of more than its bytes', Buffer.alloc(65 * 1024 * 1024, 'x')],
    ['half a message', '{"jsonrpc":"2.0","id":3,"meth'],
  ];

  for (const [what, said] of faulty) {
    it(`survives ${what} from one of its clients`, async () => {
      const client = await busy();
      const socket = await connected();
      socket.write(hello(host.secret));
      await once(socket, 'data');
      const over = new Promise((resolve) => socket.once('close', resolve).once('data', resolve));
      socket.write(said);
      socket.write(message({ id: 99, method: 'runs' }));
      await over;
      socket.destroy();
      assert.equal((await client.runs()).length, 1);
      client.dispose();
    });
  }

  it('takes a message in pieces, and several in one', async () => {
    const socket = await connected();
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    for (const byte of Buffer.from(hello(host.secret))) socket.write(Buffer.from([byte]));
    await once(socket, 'data');
    socket.write(message({ id: 2, method: 'runs' }) + message({ id: 3, method: 'runs' }));
    while (!answer.includes('"id":3')) await once(socket, 'data');
    assert.match(answer, /"id":2,"result":\[\]/);
    socket.destroy();
  });

  it('closes on a client that does not read, and tells the others everything', async () => {
    const client = await busy();
    const { onEvent } = await applying;
    const [run] = await client.runs();
    assert.ok(run !== undefined);
    const slow = await connected();
    slow.write(hello(host.secret));
    await once(slow, 'data');
    slow.write(message({ id: 2, method: 'watch', params: { run: run.run, answers: false } }));
    await once(slow, 'data');
    slow.pause();
    const seen: string[] = [];
    await client.follow(run.run, () => (event) => seen.push(event.type));
    const long = 'x'.repeat(512 * 1024);
    const closed = closing(slow);
    for (let told = 0; told < 12; told += 1) {
      onEvent?.({ type: 'phase', plan: 'plan-0', phase: 'staging', imageId: long });
      await client.runs();
    }
    slow.resume();
    await closed;
    assert.equal(seen.filter((type) => type === 'phase').length, 12);
    client.dispose();
  });

  it('serves a client while others fill every other place, and drops those that say nothing', async () => {
    const silent = await Promise.all(Array.from({ length: 63 }, connected));
    const client = await HostClient.open(host, pass);
    assert.deepEqual(await client.runs(), []);
    client.dispose();
    for (const socket of silent) socket.destroy();
  });

  it('is for this user alone, in a file that only this user can read', async () => {
    const modes = await Promise.all(
      [
        folder,
        ...(await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name)),
      ].map(async (path) => (await stat(path)).mode & 0o777),
    );
    assert.deepEqual(modes, [0o700, 0o600]);
  });

  it('leaves nothing of itself when it ends', async () => {
    running.end();
    await serving;
    assert.deepEqual(
      (await readdir(folder)).filter((name) => /\.(?:json|sock)$/.test(name)),
      [],
    );
  });
});

describe('the folder of transfer hosts', () => {
  let above: string;
  let folder: string;

  beforeEach(async () => {
    above = await mkdtemp(join(tmpdir(), 'glance-images-folder-'));
    folder = join(above, 'transfers');
  });

  afterEach(() => rm(above, { recursive: true, force: true }));

  const refused = { code: 'transfer-host' };

  it('is made for this user alone', async () => {
    await openFolder(folder);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.deepEqual(await announcements(folder), []);
  });

  for (const mode of [0o770, 0o777, 0o755, 0o711, 0o1777]) {
    it(`is refused with the mode ${mode.toString(8)}: others may have put something there`, async () => {
      await mkdir(folder);
      await chmod(folder, mode);
      await assert.rejects(openFolder(folder), { ...refused, next: new RegExp(`chmod 700`) });
      await assert.rejects(announcements(folder), refused);
    });
  }

  it('is refused where it is a link or a file', async () => {
    await mkdir(join(above, 'elsewhere'), { mode: 0o700 });
    await symlink(join(above, 'elsewhere'), folder);
    await assert.rejects(openFolder(folder), refused);
    await assert.rejects(announcements(folder), refused);
    await rm(folder);
    await writeFile(folder, '');
    await assert.rejects(openFolder(folder), refused);
  });

  it('names no host that does not say where it is, or says it in a file of another kind', async () => {
    await openFolder(folder);
    await writeFile(join(folder, '1.json'), '{"process":"x"}');
    await writeFile(join(folder, '2.json'), 'x'.repeat(10_000));
    await symlink('/etc/passwd', join(folder, '3.json'));
    await mkdir(join(folder, '4.json'));
    assert.deepEqual(await announcements(folder), []);
    assert.equal((await readFile('/etc/passwd', 'utf8')).length > 0, true);
  });

  it('does not wait for a host that accepts and says nothing', async () => {
    await openFolder(folder);
    const address = join(folder, 'mute.sock');
    const mute: Server = createServer(() => undefined).listen(address);
    await once(mute, 'listening');
    const announced = { process: 'x', version: '1', address, secret: 's' };
    await assert.rejects(HostClient.open(announced, pass, { wait: 20 }), refused);
    mute.close();
  });
});

async function closing(socket: Socket): Promise<void> {
  await new Promise((resolve) => socket.once('close', resolve));
}

function message(content: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', ...content })}\n`;
}

function plan(): object {
  const { definition, ...rest } = somePlans()[0] ?? assert.fail();
  return { ...rest, definition: { file: definition.file, index: definition.index } };
}

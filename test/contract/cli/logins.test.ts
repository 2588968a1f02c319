import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AUTHORITY } from '../../unit/core/http/certificates.ts';
import { credentialsOf, logIn } from '../api/session.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { currentPasscode, login, wrongPasscode } from '../logins.ts';
import { TlsFront } from '../tls-front.ts';
import { entryOf, type CloudEntry } from '../engine/workplace.ts';
import { CommandLine, type Run, type Running } from './command-line.ts';

describe('the command line, logging in', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let auth: CloudEntry;

  before(async () => {
    cloud = await cloudUnderTest();
    auth = (await entryOf(cloud)).auth as CloudEntry;
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
  });

  afterEach(() => line.close());

  describe('at a terminal', () => {
    /** Types each answer once its question is on the screen. */
    async function typed(running: Running, ...answers: readonly (readonly [RegExp, string])[]): Promise<Run> {
      for (const [question, answer] of answers) {
        await running.written(question);
        running.child.stdin?.write(answer);
      }
      return running.ended;
    }

    it('asks for a missing password without showing it', async () => {
      const { password, username, auth_url: address } = await credentialsOf(cloud, cloud.cloud);
      await line.useEntry({ auth: { ...auth, password: undefined } });
      const question = new RegExp(`Password of ${username} for cloud ${cloud.cloud} at ${address}: `);
      const run = await typed(line.startInTerminal('list'), [question, `${password}x\u007f\r`]);
      assert.equal(run.code, 0, run.stdout);
      for (const region of cloud.regions) assert.match(run.stdout, new RegExp(region));
      const answered = run.stdout.replace(question, '').replaceAll(cloud.cloud, '').replaceAll(username, '');
      const screen = answered.split('\n')[0]?.trim();
      assert.equal(screen, '');
    });

    it('asks again after a wrong passcode, and for no password that is there', async () => {
      const { password } = login('careful');
      await line.useEntry({ auth: { ...auth, username: 'careful', password } });
      const wrong = wrongPasscode('careful');
      const right = currentPasscode('careful');
      const run = await typed(
        line.startInTerminal('list'),
        [/Passcode of careful for cloud [^:]+ at [^ ]+: /, `${wrong}\r`],
        [/Wrong password or passcode\. Try again\. Passcode of careful .*: /, `${right}\r`],
      );
      assert.equal(run.code, 0, run.stdout);
      assert.ok(!run.stdout.includes(wrong) && !run.stdout.includes(right), run.stdout);
      assert.doesNotMatch(run.stdout, /Password/);
    });

    it('ends at Ctrl+C while it asks', async () => {
      await line.useEntry({ auth: { ...auth, password: undefined } });
      const run = await typed(line.startInTerminal('list'), [/Password of .*: /, '\u0003']);
      assert.equal(run.code, 130, run.stdout);
    });
  });

  it('says what is missing where there is no terminal', async () => {
    await line.useEntry({ auth: { ...auth, password: undefined } });
    const run = await line.expect(1, 'list');
    assert.match(run.stderr, /has no "password", and there is no terminal to ask for it/s);
  });

  describe('over TLS', () => {
    let keystone: TlsFront;
    let glance: TlsFront;

    beforeEach(async () => {
      keystone = await TlsFront.start(String(auth.auth_url));
      glance = await TlsFront.start((await logIn('cloud', 0)).url);
      await writeFile(join(line.folder, 'authority.pem'), AUTHORITY);
    });

    afterEach(() => Promise.all([keystone.stop(), glance.stop()]));

    const entry = (more: object = {}): object => ({
      auth: { ...auth, auth_url: keystone.url },
      image_endpoint_override: glance.url,
      regions: [cloud.regions[0]],
      ...more,
    });

    it('sends nothing to a server that nobody vouches for, and says what to do', async () => {
      await line.useEntry(entry());
      const run = await line.expect(1, 'list');
      assert.match(run.stderr, /certificate/i);
      assert.match(run.stderr, /"cacert"/);
      assert.deepEqual([keystone.requests, glance.requests], [0, 0]);
    });

    it('takes the authority from NODE_EXTRA_CA_CERTS', async () => {
      await line.useEntry(entry());
      line.setVariable('NODE_EXTRA_CA_CERTS', join(line.folder, 'authority.pem'));
      assert.equal((await line.expect(0, 'list')).stderr, '');
      assert.ok(keystone.requests > 0 && glance.requests > 0);
    });

    it('takes it from "cacert", or goes without and says so', async () => {
      await line.useEntry(entry({ cacert: join(line.folder, 'authority.pem') }));
      assert.equal((await line.expect(0, 'list')).stderr, '');
      for (const insecure of [{ insecure: true }, { verify: false }]) {
        await line.useEntry(entry(insecure));
        const run = await line.expect(0, 'list');
        assert.match(
          run.stderr,
          /^warning: The certificate of cloud .* is not checked, .* \[certificate-not-checked\]$/m,
        );
      }
    });

    it('takes them from OS_CACERT and OS_INSECURE where the environment describes the cloud', async () => {
      const { username, password, project_name } = await credentialsOf(cloud, cloud.cloud);
      line.useNoCloud();
      const variables = {
        OS_AUTH_URL: keystone.url,
        OS_USERNAME: username,
        OS_PASSWORD: password,
        OS_PROJECT_NAME: project_name,
        OS_USER_DOMAIN_NAME: 'Default',
        OS_PROJECT_DOMAIN_NAME: 'Default',
        OS_REGION_NAME: cloud.regions[0],
        OS_IMAGE_ENDPOINT_OVERRIDE: glance.url,
      };
      for (const [name, value] of Object.entries(variables)) line.setVariable(name, value);
      await line.expect(1, 'list');
      line.setVariable('OS_CACERT', join(line.folder, 'authority.pem'));
      await line.expect(0, 'list');
      line.setVariable('OS_CACERT', '');
      line.setVariable('OS_INSECURE', 'true');
      assert.match((await line.expect(0, 'list')).stderr, /certificate-not-checked/);
    });
  });
});

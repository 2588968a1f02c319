import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { AskLogin } from '../../../src/core/keystone/login/login-answers.ts';
import { answersOf } from '../../../src/transfers/answers.ts';
import { HostClient } from '../../../src/transfers/client.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { EndingTokens } from '../ending-tokens.ts';
import { entryOf, Workplace, type CloudEntry } from '../engine/workplace.ts';
import { currentPasscode } from '../logins.ts';
import { RegionProxy } from '../region-proxy.ts';
import { HostProcess } from './host-process.ts';

const bytes = randomBytes(3_000_000);

describe('a transfer whose token ends while nobody is there', () => {
  let cloud: CloudUnderTest;
  let workplace: Workplace;
  let host: HostProcess;
  let proxy: RegionProxy;
  let region: EndingTokens;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    region = new EndingTokens({ at: /^PUT .*\/file$/, times: 1 });
    const plain = await entryOf(cloud);
    const { password: _, ...auth } = plain.auth as CloudEntry;
    proxy = await RegionProxy.start(String(auth.auth_url), cloud.regions[0], region.serve);
    const entry = { ...plain, auth_type: 'v3totp', auth: { ...auth, auth_url: proxy.authUrl, username: 'coder' } };
    workplace = await Workplace.described(cloud, entry, { askLogin: passcode });
    await workplace.file('disk.raw', bytes);
    name = workplace.uniqueName('paused');
    host = await HostProcess.start(workplace.folder);
  });

  afterEach(async () => {
    await host.end();
    await proxy.stop();
    await workplace.leave();
    const other = await Workplace.open(cloud);
    await other.close([name]);
  });

  const passcode: AskLogin = () => Promise.resolve(currentPasscode('coder'));

  it('pauses until a window comes that can be asked, and goes on with its answer', async () => {
    const formats = { container_format: 'bare', disk_format: 'raw', region: cloud.regions[0] };
    const plans = await workplace.engine.plan(
      await workplace.define({ name, ...formats, local_file_path: 'disk.raw' }),
    );
    const setup = {
      ...{ environment: {}, workspaceFolders: [workplace.folder], extraCloudsFiles: [], allowedEnvironment: [] },
      ...{ preferredCloud: { name: 'described', chosenBy: 'the test' }, userAgent: 'test' },
    };
    const asked = Promise.withResolvers<undefined>();
    let questions = 0;
    // Answers the first login and closes when it is asked for the second.
    const first = await HostClient.open(
      host.announced,
      answersOf(
        {
          askLogin: async (question) => {
            questions += 1;
            if (questions === 1) return passcode(question);
            asked.resolve(undefined);
            return new Promise(() => undefined);
          },
        },
        undefined,
      ),
    );
    const { id } = await first.begin(plans, setup, { asks: true });
    await asked.promise;
    first.dispose();
    const looking = await HostClient.open(host.announced, undefined);
    const seen = await looking.follow(id, () => () => undefined);
    assert.deepEqual(
      (await looking.runs()).map(({ running }) => running),
      [true],
    );
    const second = await HostClient.open(host.announced, answersOf({ askLogin: passcode }, undefined));
    await second.follow(id, () => () => undefined);
    const [result] = await seen.results;
    assert.deepEqual([result?.status, result?.error, result?.verified.size], ['done', undefined, true]);
    assert.deepEqual(region.received, [bytes.length]);
    assert.equal(region.tokens.length, 3, 'the plan, the apply, and the apply after its token ended');
    looking.dispose();
    second.dispose();
  });
});

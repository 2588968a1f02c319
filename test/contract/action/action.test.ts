import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useSessions } from '../api/session.ts';
import { CommandLine } from '../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { CommentsServer } from './comments-server.ts';
import { actionFile, runAction, type Run, type Step } from './runner.ts';

describe('the Action', () => {
  const users = useSessions();
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let github: CommentsServer;
  let name: string;

  before(async () => {
    cloud = await cloudUnderTest();
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    github = await CommentsServer.start();
    name = line.uniqueName('action');
    await mkdir(join(line.folder, 'images'));
    await line.workplace.file('images/disk.raw', Buffer.alloc(70_000, 1));
    await define({});
  });

  afterEach(async () => {
    await github.stop();
    await line.close();
  });

  async function define(more: object): Promise<void> {
    const source = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    await line.define('images/a.image.jsonc', { name, ...source, region: cloud.regions[0], ...more });
  }

  const step = (event: Run['event'], inputs: Readonly<Record<string, string>>): Promise<Step> =>
    runAction({ workspace: line.folder, cloud, github, event }, { 'working-directory': 'images', ...inputs });

  it('has every input and output in its file, and runs on the Node that its bundle is for', async () => {
    const { inputs, outputs, runs } = await actionFile();
    assert.deepEqual(runs, { using: 'node24', main: 'dist/action/main.cjs' });
    assert.deepEqual(Object.keys(outputs), ['changes', 'exit-code', 'plan']);
    const unused = Object.keys(inputs).filter(
      (each) =>
        !['command', 'files', 'plan', 'options', 'sarif', 'comment', 'working-directory', 'token'].includes(each),
    );
    assert.deepEqual(unused, []);
  });

  it('plans on a pull request in a comment and the summary, applies that plan on main, and then finds no drift', async () => {
    github.add('Looks good to me.', 'User');
    const planned = await step('pull_request', { command: 'plan' });
    assert.equal(planned.code, 0, planned.log);
    assert.deepEqual(planned.outputs, { 'exit-code': '2', changes: 'true', plan: 'images/glance-images-plan.json' });
    assert.match(planned.summary, /^### Glance images: 1 to create$/m);
    const [, comment] = github.comments;
    assert.match(comment?.body ?? '', /^<!-- glance-images plan \S+ -->\n### Glance images: 1 to create\n/);
    assert.ok(comment?.body.includes('[The run that planned this](https://github.com/owner/images/actions/runs/42)'));
    assert.equal((await line.named(name)).length, 0);

    const applied = await step('push', { command: 'apply' });
    assert.equal(applied.code, 0, applied.log);
    assert.match(applied.summary, /^### Glance images: applied$/m);
    assert.match(applied.summary, /^ {4}Apply: 1 done\.$/m);
    assert.equal(applied.outputs.changes, 'true');
    assert.equal((await line.named(name)).length, 1);

    const drift = await step('schedule', { command: 'drift' });
    assert.equal(drift.code, 0, drift.log);
    assert.deepEqual(drift.outputs, { 'exit-code': '0', changes: 'false', plan: '' });
    assert.equal(github.comments.length, 2);
  });

  it('changes its comment at the next push, whatever stands between, and no comment of a person', async () => {
    await step('pull_request', { command: 'plan' });
    const body = github.comments[0]?.body ?? '';
    const marker = body.slice(0, body.indexOf('\n'));
    github.comments.unshift({ id: 1, body: marker, user: { type: 'User' } });
    for (let number = 0; number < 120; number += 1)
      github.comments.unshift({ id: 2000 + number, body: 'x', user: { type: 'User' } });
    await define({ min_disk_gb: 1, properties: { os_distro: 'debian' } });
    const before = github.comments.length;
    await step('pull_request', { command: 'plan' });
    assert.equal(github.comments.length, before);
    assert.match(github.comments.at(-1)?.body ?? '', /os_distro/);
    assert.equal(github.comments.at(-2)?.body, marker);
  });

  it('applies nothing on main that was not reviewed', async () => {
    await step('pull_request', { command: 'plan' });
    await define({ min_disk_gb: 2 });
    const applied = await step('push', { command: 'apply' });
    assert.equal(applied.code, 1);
    assert.match(applied.log, /^::error::.* its definition was changed\. \[plan-outdated\]$/m);
    assert.match(applied.summary, /the apply ended with 1/);
    assert.equal(applied.outputs.changes, 'false');
    assert.equal((await line.named(name)).length, 0);
  });

  it('fails for drift, and says what differs', async () => {
    await line.expect(0, 'apply', '--auto-approve', 'images/a.image.jsonc');
    await define({ min_disk_gb: 1 });
    await line.expect(0, 'apply', '--auto-approve', 'images/a.image.jsonc');
    const [image] = await line.named(name);
    await users.demo.patch(image?.id ?? '', [{ op: 'replace', path: '/min_disk', value: 3 }]);
    const drift = await step('schedule', { command: 'drift' });
    assert.equal(drift.code, 2, drift.log);
    assert.match(drift.log, /^::error::The cloud differs from the definitions: Glance images: 1 to update$/m);
    assert.match(drift.summary, /min_disk_gb/);
    assert.equal(drift.outputs.changes, 'true');
  });

  it('marks problems at their lines from the top of the repository, and leaves a failed plan unsaved', async () => {
    await define({ min_disk_gb: 'ten' });
    const planned = await step('pull_request', { command: 'plan' });
    assert.equal(planned.code, 1);
    assert.match(planned.log, /^::error file=images\/a\.image\.jsonc,line=7,col=\d+::.*min_disk_gb/m);
    assert.equal(planned.outputs.plan, '');
    assert.match(github.comments[0]?.body ?? '', /### Glance images: the plan failed/);
  });

  it('takes nothing of a name for a command of the runner, an option or a fence', async () => {
    await define({ name: `${name}\n::error::owned`, key: name, properties: { note: '``` <!-- --> %0A' } });
    const planned = await step('pull_request', {
      command: 'plan',
      files: '--version\n::set-output name=a::b\na.image.jsonc',
    });
    assert.equal(planned.code, 1);
    assert.doesNotMatch(planned.log, /^::set-output|^::error::owned/m);
    const good = await step('pull_request', { command: 'plan' });
    assert.equal(good.code, 0, good.log);
    for (const each of github.comments) assert.doesNotMatch(each.body, /^::error::owned/m);
  });

  it('plans all the same where the token may not comment, and says so', async () => {
    const planned = await step('pull_request', { command: 'plan', token: 'of a fork' });
    assert.equal(planned.code, 0, planned.log);
    assert.match(
      planned.log,
      /^::warning::The plan is in the summary of this run, but not in a comment: .* was answered 403$/m,
    );
    assert.doesNotMatch(planned.log, /of a fork/);
  });

  it('takes further options, and refuses a command that it does not have', async () => {
    await define({ region: undefined, regions: cloud.regions });
    const planned = await step('push', { command: 'plan', options: `--region\n${cloud.regions[1]}`, plan: 'p.json' });
    assert.equal(planned.code, 0, planned.log);
    const { plans } = JSON.parse(await readFile(join(line.folder, 'images', 'p.json'), 'utf8')) as {
      readonly plans: readonly { readonly region: string }[];
    };
    assert.deepEqual(
      plans.map(({ region }) => region),
      [cloud.regions[1]],
    );
    assert.deepEqual(github.asked, []);
    const refused = await step('push', { command: 'destroy' });
    assert.equal(refused.code, 1);
    assert.match(refused.log, /^::error::The input "command" is "destroy"\. It can be plan, apply or drift\.$/m);
  });
});

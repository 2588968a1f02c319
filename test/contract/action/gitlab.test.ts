import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../host/folders.ts';
import { CommandLine } from '../cli/command-line.ts';
import { cloudUnderTest, type CloudUnderTest } from '../cloud.ts';
import { PRODUCT } from '../product.ts';

interface Job {
  readonly script: readonly string[];
  readonly rules: readonly object[];
}

interface Note {
  readonly path: string;
  readonly token: unknown;
  readonly body: string;
}

/** The component's jobs, with its inputs as GitLab puts them in before it reads the second document. */
async function jobs(inputs: Readonly<Record<string, string>>): Promise<Readonly<Record<string, Job>>> {
  const text = await readFile(join(ROOT, 'templates', 'glance-images', 'template.yml'), 'utf8');
  const [head, body] = parseAllDocuments(text).map((each) => each.toJS() as unknown);
  const { spec } = head as {
    readonly spec: { readonly inputs: Readonly<Record<string, { readonly default: string }>> };
  };
  const filled = JSON.stringify(body).replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => {
    const value = inputs[name] ?? spec.inputs[name]?.default;
    assert.ok(value !== undefined, name);
    return value;
  });
  return JSON.parse(filled) as Readonly<Record<string, Job>>;
}

describe('the GitLab component', () => {
  let cloud: CloudUnderTest;
  let line: CommandLine;
  let name: string;
  let gitlab: Server;
  const notes: Note[] = [];

  before(async () => {
    cloud = await cloudUnderTest();
    gitlab = createServer((request, response) => {
      void request.toArray().then((pieces) => {
        const { body } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { readonly body: string };
        notes.push({ path: request.url ?? '', token: request.headers['private-token'], body });
        response.writeHead(201).end('{}');
      });
    });
    await new Promise<void>((resolve) => gitlab.listen(0, '127.0.0.1', resolve));
  });

  after(async () => {
    gitlab.closeAllConnections();
    await new Promise<void>((resolve) => gitlab.close(() => resolve()));
  });

  beforeEach(async () => {
    line = await CommandLine.open(cloud);
    notes.length = 0;
    name = line.uniqueName('gitlab');
    await line.workplace.file('disk.raw', Buffer.alloc(70_000, 1));
    await define({});
    await mkdir(join(line.folder, 'bin'));
    const program = join(line.folder, 'bin', 'glance-images');
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${PRODUCT.commandLine}' "$@"\n`);
    await chmod(program, 0o755);
  });

  afterEach(async () => line.close());

  async function define(more: object): Promise<void> {
    const source = { container_format: 'bare', disk_format: 'raw', local_file_path: 'disk.raw' };
    await line.define('a.image.jsonc', { name, ...source, region: cloud.regions[0], ...more });
  }

  /** Runs a job's script as GitLab's shell does: each line in one bash, which ends at the first that fails. */
  async function job(
    which: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number | null; log: string }> {
    const { script = [] } = (await jobs({ files: 'a.image.jsonc' }))[which] ?? {};
    assert.ok(script.length > 0, which);
    const child = spawn('bash', ['-eo', 'pipefail', '-c', script.join('\n')], {
      cwd: line.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: [join(line.folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
        HOME: line.folder,
        OS_CLIENT_CONFIG_FILE: cloud.cloudsFile,
        OS_CLOUD: cloud.cloud,
        CI_API_V4_URL: `http://127.0.0.1:${String((gitlab.address() as AddressInfo).port)}/api/v4`,
        CI_PROJECT_ID: '3',
        ...variables,
      },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (log += text));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, log };
  }

  it('plans in a merge request with a note, applies what was planned, and finds drift', async () => {
    const planned = await job('glance-images-plan', { CI_MERGE_REQUEST_IID: '7', GLANCE_IMAGES_TOKEN: 'secret' });
    assert.equal(planned.code, 0, planned.log);
    const [note] = notes.splice(0);
    assert.deepEqual([note?.path, note?.token], ['/api/v4/projects/3/merge_requests/7/notes', 'secret'], planned.log);
    assert.match(note?.body ?? '', /^### Glance images: 1 to create\n/);
    assert.match(await readFile(join(line.folder, 'glance-images.junit.xml'), 'utf8'), /^<\?xml/);
    const applied = await job('glance-images-apply');
    assert.equal(applied.code, 0, applied.log);
    assert.equal((await line.named(name)).length, 1);
    assert.equal((await job('glance-images-drift')).code, 0);
    await define({ min_disk_gb: 1 });
    assert.equal((await job('glance-images-drift')).code, 2);
  });

  it('plans without a token, and fails with a plan that is blocked', async () => {
    assert.equal((await job('glance-images-plan', { CI_MERGE_REQUEST_IID: '7' })).code, 0);
    assert.equal(notes.length, 0);
    await define({ local_file_path: 'absent.raw' });
    const planned = await job('glance-images-plan', { CI_MERGE_REQUEST_IID: '7', GLANCE_IMAGES_TOKEN: 'secret' });
    assert.equal(planned.code, 1, planned.log);
    const [note] = notes.splice(0);
    assert.match(note?.body ?? '', /1 blocked/);
  });

  it('applies on the default branch alone, by hand, and looks for drift on a schedule alone', async () => {
    const all = await jobs({});
    assert.deepEqual(all['glance-images-apply']?.rules, [
      {
        if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"',
        when: 'manual',
        allow_failure: true,
      },
    ]);
    assert.deepEqual(all['glance-images-drift']?.rules, [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }]);
  });
});

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../host/folders.ts';
import type { CloudUnderTest } from '../cloud.ts';
import { PRODUCT } from '../product.ts';
import type { CommentsServer } from './comments-server.ts';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

/** How a step ended, and what it told the runner. */
export interface Step {
  readonly code: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Run {
  readonly workspace: string;
  readonly cloud: Pick<CloudUnderTest, 'cloudsFile' | 'cloud'>;
  readonly github: CommentsServer;
  /** The event's payload: of pull request 7, or of a push or a schedule. */
  readonly event: 'pull_request' | 'push' | 'schedule';
}

export async function actionFile(): Promise<ActionFile> {
  return parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as ActionFile;
}

/** Runs the Action as the runner of GitHub does: with its inputs, defaults and variables, and files for outputs and summary. */
export async function runAction(run: Run, inputs: Readonly<Record<string, string>>): Promise<Step> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-images-runner-'));
  const file = (name: string): string => join(folder, name);
  try {
    for (const name of ['output', 'summary']) await writeFile(file(name), '');
    const payload = run.event === 'pull_request' ? { action: 'synchronize', pull_request: { number: 7 } } : {};
    await writeFile(file('event.json'), JSON.stringify(payload));
    const child = spawn(process.execPath, [PRODUCT.action], {
      cwd: run.workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        OS_CLIENT_CONFIG_FILE: run.cloud.cloudsFile,
        OS_CLOUD: run.cloud.cloud,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_API_URL: run.github.address,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'owner/images',
        GITHUB_RUN_ID: '42',
        GITHUB_EVENT_NAME: run.event,
        GITHUB_EVENT_PATH: file('event.json'),
        GITHUB_WORKSPACE: run.workspace,
        GITHUB_OUTPUT: file('output'),
        GITHUB_STEP_SUMMARY: file('summary'),
        ...(await variablesOf(inputs, run.github.token)),
      },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (log += text));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const summary = await readFile(file('summary'), 'utf8');
    return { code, log, summary, outputs: outputsOf(await readFile(file('output'), 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function variablesOf(
  given: Readonly<Record<string, string>>,
  token: string,
): Promise<Readonly<Record<string, string>>> {
  const { inputs } = await actionFile();
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  if (unknown.length > 0) throw new Error(`action.yml has no ${unknown.join()}.`);
  const values = Object.entries(inputs).map(([name, { default: usual = '' }]) => {
    const value = given[name] ?? usual.replace('${{ github.token }}', token);
    return [`INPUT_${name.toUpperCase().replaceAll(' ', '_')}`, value] as const;
  });
  return Object.fromEntries(values);
}

/** As the runner reads them: a name and a delimiter, the value, the delimiter. */
function outputsOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/^([\w-]+)<<(.+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(found.map(([, name = '', , value = '']) => [name, value]));
}

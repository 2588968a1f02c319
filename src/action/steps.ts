import { writeFile } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { pullRequestOf, writeComment } from './comment.ts';
import { runCommandLine, type Ended } from './command-line.ts';
import type { Inputs } from './inputs.ts';
import type { Runner } from './runner.ts';

/** Of `plan --detailed-exitcode`. */
const CHANGES = 2;

type Environment = Readonly<Record<string, string | undefined>>;

/** Carries a step out and returns its exit code. */
export async function runStep(inputs: Inputs, runner: Runner, environment: Environment): Promise<number> {
  if (inputs.command === 'plan') return planStep(inputs, runner, environment);
  if (inputs.command === 'apply') return applyStep(inputs, runner);
  return driftStep(inputs, runner);
}

/** Saves the plan, and tells it in the summary and in the comment of the pull request. Changes are no failure. */
async function planStep(inputs: Inputs, runner: Runner, environment: Environment): Promise<number> {
  const { plan, sarif, folder } = inputs;
  const saved = plan === '' ? [] : ['--out', plan];
  const ended = await run(['plan', '--markdown', '--detailed-exitcode', ...saved], inputs, runner);
  const succeeded = ended.code === 0 || ended.code === CHANGES;
  const markdown = ended.stdout === '' ? '### Glance images: the plan failed\n' : ended.stdout;
  runner.summary(markdown);
  runner.output('changes', String(ended.code === CHANGES));
  runner.output('plan', succeeded && plan !== '' ? posix.join(folder.written, plan) : '');
  if (sarif !== '') {
    const problems = await runCommandLine(['plan', '--sarif', ...inputs.options, '--', ...inputs.files], folder.path);
    // Nothing is planned of files that can't be read: their problems are annotations.
    if (problems.stdout !== '') await writeFile(resolve(folder.path, sarif), problems.stdout);
  }
  if (inputs.comment) await comment(`${markdown}${runLink(environment)}`, inputs, runner, environment);
  return succeeded ? 0 : ended.code;
}

/** A comment that can't be written is a warning: the plan stands in the summary, too. */
async function comment(markdown: string, inputs: Inputs, runner: Runner, environment: Environment): Promise<void> {
  const pullRequest = pullRequestOf(environment);
  if (pullRequest === undefined) return;
  const { folder, files, token } = inputs;
  // Each step of a workflow has a comment of its own. No file name may end the HTML comment.
  const marker = `<!-- glance-images plan ${Buffer.from([folder.written, ...files].join('\n')).toString('base64')} -->`;
  try {
    await writeComment(pullRequest, token, marker, markdown);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    runner.annotation('warning', `The plan is in the summary of this run, but not in a comment: ${why}`);
  }
}

function runLink({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id }: Environment): string {
  if (server === undefined || repository === undefined || id === undefined) return '';
  return `\n[The run that planned this](${server}/${repository}/actions/runs/${id})\n`;
}

/** Carries out the saved plan, or the files where the step names no plan. */
async function applyStep(inputs: Inputs, runner: Runner): Promise<number> {
  const { plan, files } = inputs;
  const words = plan === '' ? ['apply', '--auto-approve'] : ['apply'];
  const ended = await run(words, { ...inputs, files: plan === '' ? files : [plan] }, runner);
  runner.print(ended.stdout);
  const title = ended.code === 0 ? 'applied' : `the apply ended with ${String(ended.code)}`;
  runner.summary(`### Glance images: ${title}\n\n${indented(ended.stdout)}`);
  runner.output('changes', String(/^done[:, ]/m.test(ended.stdout)));
  runner.output('plan', '');
  return ended.code;
}

/** Fails where the cloud differs from the definitions. */
async function driftStep(inputs: Inputs, runner: Runner): Promise<number> {
  const ended = await run(['plan', '--markdown', '--detailed-exitcode'], inputs, runner);
  runner.summary(ended.stdout);
  runner.output('changes', String(ended.code === CHANGES));
  runner.output('plan', '');
  if (ended.code === CHANGES) {
    const [headline = ''] = ended.stdout.split('\n');
    runner.annotation('error', `The cloud differs from the definitions: ${headline.replace(/^#+ /, '')}`);
  }
  return ended.code;
}

async function run(words: readonly string[], { options, files, folder }: Inputs, runner: Runner): Promise<Ended> {
  const ended = await runCommandLine([...words, ...options, '--', ...files], folder.path);
  runner.print(ended.stderr);
  runner.annotate(ended.stderr, folder.written);
  runner.output('exit-code', String(ended.code));
  return ended;
}

/** As code, which no fence in the text can end. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

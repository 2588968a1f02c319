import { resolve } from 'node:path';

/** What a step of a workflow asks for; `action.yml` says what each means. */
export interface Inputs {
  readonly command: 'plan' | 'apply' | 'drift';
  readonly files: readonly string[];
  /** Empty for none. */
  readonly plan: string;
  readonly options: readonly string[];
  /** Empty for none. */
  readonly sarif: string;
  readonly comment: boolean;
  /** As written, and absolute. */
  readonly folder: { readonly written: string; readonly path: string };
  readonly token: string;
}

/** The inputs as the runner passes them: `INPUT_` and the name in capitals. Throws an `Error` for an unknown command. */
export function readInputs(environment: Readonly<Record<string, string | undefined>>): Inputs {
  const input = (name: string): string => (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
  const command = input('command');
  if (command !== 'plan' && command !== 'apply' && command !== 'drift')
    throw new Error(`The input "command" is "${command}". It can be plan, apply or drift.`);
  const written = input('working-directory') || '.';
  return {
    command,
    files: lines(input('files')),
    plan: input('plan'),
    options: lines(input('options')),
    sarif: input('sarif'),
    comment: input('comment') !== 'false',
    folder: { written, path: resolve(environment.GITHUB_WORKSPACE ?? '.', written) },
    token: input('token'),
  };
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

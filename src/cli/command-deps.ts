import process from 'node:process';
import type { Engine, EngineAnswers, EngineSetup } from '../core/engine.ts';
import type { LoginQuestion } from '../core/keystone/login/login-answers.ts';
import type { Log } from '../core/log.ts';
import type { Questions } from './questions.ts';
import type { Terminal } from './terminal.ts';
import type { SecureConsent } from '../core/keystone/clouds/configuration.ts';

/** Options that most commands share. */
export interface CommonOptions {
  readonly cloud?: string;
  readonly region?: readonly string[];
  readonly allowEnv?: readonly string[];
  /** Only definitions with one of these keys. */
  readonly key?: readonly string[];
  readonly json?: boolean;
  /** Addresses that may receive secrets of `secure.yaml`. */
  readonly secureFor?: readonly string[];
  /** How many sources are transferred at once. */
  readonly parallelism?: number;
  readonly verbose?: boolean;
}

/** What a command works with. */
export interface CommandDeps {
  readonly terminal: Terminal;
  readonly engine: Engine;
  /** Fires on Ctrl+C and SIGTERM. */
  readonly signal: AbortSignal;
  /** The current directory, absolute. */
  readonly folder: string;
  /** Absent if nobody can be asked. */
  readonly questions?: Questions;
}

/** Creates the engine for a command in a terminal or a CI job. It is loaded here, so that `--help` is quick. */
export async function openEngine(
  options: CommonOptions,
  terminal: Terminal,
  questions: Questions | undefined,
): Promise<Engine> {
  const { createEngine } = await import('../node/engine.ts');
  const answers = engineAnswers(options, questions);
  return createEngine({ ...engineSetup(options), ...answers, log: terminalLog(terminal, options.verbose === true) });
}

/** How the engine is set up by the options of a command. */
export function engineSetup(options: CommonOptions): EngineSetup {
  return {
    environment: process.env,
    workspaceFolders: [process.cwd()],
    extraCloudsFiles: [],
    allowedEnvironment: options.allowEnv ?? [],
    userAgent: 'glance-images',
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
    proxyEnvironment: process.env,
    ...(options.cloud === undefined ? {} : { preferredCloud: { name: options.cloud, chosenBy: '--cloud' } }),
    ...(options.region === undefined ? {} : { onlyRegions: options.region }),
  };
}

/** What the user answers at the terminal, or agreed to by options. */
export function engineAnswers(options: CommonOptions, questions: Questions | undefined): EngineAnswers {
  return {
    confirmSecret: async (variable, origin) =>
      (await questions?.yes(`A definition sends the secret in ${variable} to ${origin}. Send it?`)) ?? false,
    confirmSecure: (cloud, consent) => confirmSecure(cloud, consent, options.secureFor ?? [], questions),
    ...(questions === undefined
      ? {}
      : {
          askLogin: ({ kind, cloud, user, address, refused }: LoginQuestion) => {
            const what = kind === 'password' ? 'Password' : 'Passcode';
            const again = refused ? 'Wrong password or passcode. Try again. ' : '';
            return questions.secret(`${again}${what} of ${user} for cloud ${cloud} at ${address}`);
          },
        }),
  };
}

/** Consent from `--secure-for`, or from the user at the terminal. */
async function confirmSecure(
  cloud: string,
  { secureFile, receivers, ownCertificates }: SecureConsent,
  agreed: readonly string[],
  questions: Questions | undefined,
): Promise<boolean> {
  if (receivers.every((receiver) => agreed.includes(receiver))) return true;
  const certificates = ownCertificates ? ', whose certificate is checked as this folder sets' : '';
  const question = `The cloud "${cloud}" of this folder sends the secrets of ${secureFile} to ${receivers.join(' and ')}${certificates}. Send them?`;
  return (await questions?.yes(question)) ?? false;
}

function terminalLog(terminal: Terminal, verbose: boolean): Log {
  const tell = (text: string): void => {
    if (verbose) terminal.problem(text, 'dim');
  };
  return {
    trace: tell,
    debug: tell,
    info: tell,
    warn: (text) => terminal.problem(text, 'yellow'),
    error: (text) => terminal.problem(text, 'red'),
  };
}

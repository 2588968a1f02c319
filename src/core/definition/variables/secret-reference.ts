import { Failure } from '../../failure.ts';
import { readEnvironment, type EnvironmentDeps } from './interpolate.ts';

/** Where the values of `${env:NAME}` and `${secret:NAME}` come from. */
export interface SecretDeps extends EnvironmentDeps {
  /** The secret of this name for this origin; `undefined` where there is none. */
  secret(name: string, origin: string): Promise<string | undefined>;
  /** Whether the value of a variable may be sent to an origin that its `_ORIGIN` does not name. */
  confirm(variable: string, origin: string): Promise<boolean>;
}

const REFERENCE = /^\$\{(env|secret):([^}]+)\}$/;

/** Whether a whole string is a reference, so that it is not a secret itself. */
export function isSecretReference(value: string): boolean {
  return REFERENCE.test(value);
}

/**
 * What a user name or password means: a reference is looked up, anything else is itself. A definition may be somebody else's, so
 * the value of a variable goes only to the origins that `VARIABLE_ORIGIN` names, or that the user agrees to.
 * @param origin scheme, host and port that it will be sent to
 * @throws Failure `secret-not-set`, `secret-not-bound`, `environment-not-allowed`, `environment-not-set`
 */
export async function resolveSecret(value: string, origin: string, deps: SecretDeps): Promise<string> {
  const [, kind, name = ''] = REFERENCE.exec(value) ?? [];
  if (kind === undefined) return value;
  const { environment } = deps;
  const variable = kind === 'env' ? name : secretVariable(name);
  const held = kind === 'env' ? readEnvironment(name, deps) : (environment[variable] ?? '');
  if (held !== '' && originsOf(variable, environment).includes(origin)) return held;
  const secret = kind === 'env' ? undefined : await deps.secret(name, origin);
  if (secret !== undefined && secret !== '') return secret;
  if (held === '') throw notSet(name, origin, variable);
  if (await deps.confirm(variable, origin)) return held;
  throw notBound(variable, origin, environment);
}

/** The environment variable that holds a secret on the command line. */
function secretVariable(name: string): string {
  return `GLANCE_IMAGES_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** The servers for the value of a variable, separated by spaces or commas. */
function originsOf(variable: string, environment: EnvironmentDeps['environment']): readonly string[] {
  const written = environment[`${variable}_ORIGIN`] ?? '';
  return written.split(/[\s,]+/).flatMap((address) => {
    const url = URL.parse(address);
    return url === null ? [] : [url.origin];
  });
}

function notSet(name: string, origin: string, variable: string): Failure {
  return new Failure('secret-not-set', `There is no secret "${name}" for ${origin}.`, {
    next: `Apply in the editor, which asks for it, or set the environment variables ${variable} and ${variable}_ORIGIN=${origin}.`,
  });
}

function notBound(variable: string, origin: string, environment: EnvironmentDeps['environment']): Failure {
  const written = environment[`${variable}_ORIGIN`] ?? '';
  const why = written === '' ? `${variable}_ORIGIN is not set` : `${variable}_ORIGIN is "${written}"`;
  return new Failure(
    'secret-not-bound',
    `A definition sends the secret in ${variable} to ${origin}, which is not confirmed for that server: ${why}. Nothing was sent.`,
    { next: `To allow that server, set ${variable}_ORIGIN to ${origin} (separate several servers with spaces).` },
  );
}

import { Failure } from '../failure.ts';
import { readEnvironment, type EnvironmentSurroundings } from './interpolate.ts';

/** Where the values of `${env:NAME}` and `${secret:NAME}` come from. */
export interface SecretSurroundings extends EnvironmentSurroundings {
  /** The secret of this name for this origin; `undefined` where there is none. */
  secret(name: string, origin: string): Promise<string | undefined>;
}

const REFERENCE = /^\$\{(env|secret):([^}]+)\}$/;

/** Whether a string is a reference as a whole, and so no secret itself. */
export function isSecretReference(value: string): boolean {
  return REFERENCE.test(value);
}

/**
 * What a user name or password means: a reference is looked up, anything else is itself.
 * @param origin scheme, host and port that it will be sent to
 * @throws Failure `secret-not-set`, `environment-not-allowed`, `environment-not-set`
 */
export async function resolveSecret(value: string, origin: string, surroundings: SecretSurroundings): Promise<string> {
  const [, kind, name = ''] = REFERENCE.exec(value) ?? [];
  if (kind === undefined) return value;
  if (kind === 'env') return readEnvironment(name, surroundings);
  const secret = await surroundings.secret(name, origin);
  if (secret !== undefined && secret !== '') return secret;
  throw new Failure('secret-not-set', `There is no secret "${name}" for ${origin}.`, {
    next: `Apply in the editor, which asks for it, or set the environment variable ${secretVariable(name)} on the command line.`,
  });
}

/** The environment variable that holds a secret on the command line. */
export function secretVariable(name: string): string {
  return `GLANCE_IMAGES_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

import { dirname, resolve } from 'node:path';
import { Failure } from '../../failure.ts';

/** Where the variables of a definition come from. */
export interface EnvironmentDeps {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names that may be read besides those with our prefix. */
  readonly allowedEnvironment: readonly string[];
}

/** What a path of a definition is expanded with. */
export interface PathDeps extends EnvironmentDeps {
  /** Absolute path of the definition's file; relative paths start in its folder. */
  readonly definitionFile: string;
  /** Absolute path of the workspace folder that holds the file; absent outside of one. */
  readonly workspaceFolder?: string | undefined;
  readonly homeDirectory: string;
}

/** Variables that any definition may read. */
const ENVIRONMENT_PREFIX = 'GLANCE_IMAGES_';

const REFERENCE = /\$\{([^}]*)\}?/g;

/**
 * The absolute path that a definition's path means: `~` at its beginning, `${workspaceFolder}` and `${env:NAME}` are
 * expanded, the rest is relative to the definition. What a variable holds is not expanded again.
 * @throws Failure `bad-reference`, `no-workspace-folder`, `environment-not-allowed`, `environment-not-set`, `bad-path`.
 */
export function expandPath(value: string, deps: PathDeps): string {
  const problem = checkReferences(value);
  if (problem !== undefined) throw problem;
  const home = /^~(?=$|[/\\])/.test(value);
  const expanded = value
    .slice(home ? 1 : 0)
    .replace(REFERENCE, (_whole, reference: string) => resolveReference(reference, deps));
  const path = home ? `${deps.homeDirectory}${expanded}` : expanded;
  if (path === '' || path.includes('\0')) {
    throw new Failure('bad-path', `${JSON.stringify(value)} is not a file path.`, {
      next: 'Use a file path relative to the definition.',
    });
  }
  return resolve(dirname(deps.definitionFile), path);
}

/** Checks the references in a path before it is expanded. */
export function checkReferences(value: string): Failure | undefined {
  for (const [whole, reference = ''] of value.matchAll(REFERENCE)) {
    const problem = checkReference(whole, reference);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkReference(whole: string, reference: string): Failure | undefined {
  if (reference === 'workspaceFolder' && whole.endsWith('}')) return undefined;
  const name = environmentName(reference);
  if (name === undefined || name === '' || !whole.endsWith('}')) {
    return new Failure('bad-reference', `${whole} can't be expanded in a path.`, {
      next: 'Use ${workspaceFolder} or ${env:NAME}.',
    });
  }
  return checkEnvironmentName(name);
}

/** Refuses OpenStack's variables even if they are allowed, because they hold credentials of clouds. */
export function checkEnvironmentName(name: string): Failure | undefined {
  if (!isCredential(name)) return undefined;
  return new Failure('environment-not-allowed', `A definition never reads ${name}: OS_* variables hold credentials.`, {
    next: `Use a variable whose name begins with ${ENVIRONMENT_PREFIX}.`,
  });
}

function resolveReference(reference: string, deps: PathDeps): string {
  const name = environmentName(reference);
  if (name !== undefined) return readEnvironment(name, deps);
  if (deps.workspaceFolder !== undefined) return deps.workspaceFolder;
  throw new Failure(
    'no-workspace-folder',
    `\${workspaceFolder} can't be used here: no open folder contains ${deps.definitionFile}.`,
    {
      next: 'Open the folder, or write the path relative to the definition.',
    },
  );
}

/** An environment variable that a definition may read. Throws `environment-not-allowed`, `environment-not-set`. */
export function readEnvironment(name: string, { environment, allowedEnvironment }: EnvironmentDeps): string {
  const refused = checkEnvironmentName(name);
  if (refused !== undefined) throw refused;
  if (!name.startsWith(ENVIRONMENT_PREFIX) && !allowedEnvironment.includes(name)) {
    throw new Failure('environment-not-allowed', `A definition may not read the environment variable ${name}.`, {
      next: `Rename it to begin with ${ENVIRONMENT_PREFIX}, or allow it (setting "glanceImages.allowedEnvironment", or --allow-env).`,
    });
  }
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined && value !== '') return value;
  throw new Failure('environment-not-set', `The environment variable ${name} is not set.`, {
    next: 'Set it, and restart the editor if it is running.',
  });
}

/** The names of the variables that a definition may read and that are set, in order. */
export function readableNames({ environment, allowedEnvironment }: EnvironmentDeps): readonly string[] {
  return Object.entries(environment)
    .filter(([name, value]) => value !== undefined && value !== '' && !isCredential(name))
    .map(([name]) => name)
    .filter((name) => name.startsWith(ENVIRONMENT_PREFIX) || allowedEnvironment.includes(name))
    .sort();
}

function environmentName(reference: string): string | undefined {
  return reference.startsWith('env:') ? reference.slice('env:'.length) : undefined;
}

/** Names of variables are not case-sensitive on Windows. */
function isCredential(name: string): boolean {
  return name.toUpperCase().startsWith('OS_');
}

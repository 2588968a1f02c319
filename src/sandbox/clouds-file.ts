import { writeAtomically } from '../node/files/strict-files.ts';

/** The users that a `clouds.yaml` can list, with the cloud for each. */
const cloudNames = { demo: 'sandbox', admin: 'sandbox-admin', guest: 'sandbox-guest' } as const;

/** A user of the sandbox; each has a project of its own name. */
export type SandboxUser = keyof typeof cloudNames;

/** Every user, in the order of the file. */
const sandboxUsers: readonly SandboxUser[] = ['demo', 'admin', 'guest'];

/**
 * Writes a `clouds.yaml` that only its owner can read: cloud `sandbox` for user demo, `sandbox-admin` and `sandbox-guest`
 * for the others. All strings are quoted, so that no YAML reader parses a password as a number.
 */
export function writeCloudsFile(
  path: string,
  authUrl: string,
  password: string,
  regions: readonly string[],
  users: readonly SandboxUser[] = sandboxUsers,
): void {
  const cloud = (user: SandboxUser): string =>
    [
      `  ${cloudNames[user]}:`,
      '    auth:',
      `      auth_url: ${JSON.stringify(authUrl)}`,
      `      username: ${JSON.stringify(user)}`,
      `      password: ${JSON.stringify(password)}`,
      `      project_name: ${JSON.stringify(user)}`,
      '      user_domain_name: "Default"',
      '      project_domain_name: "Default"',
      `    regions: [${regions.map((region) => JSON.stringify(region)).join(', ')}]`,
      '',
    ].join('\n');
  writeAtomically(path, `# Written by the sandbox cloud at every start.\nclouds:\n${users.map(cloud).join('')}`);
}

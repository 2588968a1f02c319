import { writeAtomically } from './atomic-file.ts';

/**
 * Writes a `clouds.yaml` that only its owner can read: cloud `sandbox` for user demo, `sandbox-admin` and `sandbox-guest`
 * for the others. All strings are quoted, so that no YAML reader takes a password for a number.
 */
export function writeCloudsFile(path: string, authUrl: string, password: string, regions: readonly string[]): void {
  const cloud = (name: string, user: string): string =>
    [
      `  ${name}:`,
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
  const clouds = [cloud('sandbox', 'demo'), cloud('sandbox-admin', 'admin'), cloud('sandbox-guest', 'guest')];
  writeAtomically(path, `# Written by the sandbox cloud at every start.\nclouds:\n${clouds.join('')}`);
}

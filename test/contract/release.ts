import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** What the sandbox imitates, and a real Glance is closest to. */
export type Release = 25 | 33;

interface Auth {
  readonly auth_url: string;
  readonly username: string;
  readonly password: string;
  readonly project_name: string;
}

interface TokenBody {
  readonly token: {
    readonly catalog: readonly { readonly type: string; readonly endpoints: readonly { readonly url: string }[] }[];
  };
}

/** Asks the Glance of a cloud which versions of its API it has: 2.18 came with Glance 33. */
export async function releaseOf(cloudsFile: string, cloud: string): Promise<Release> {
  const { clouds } = parse(await readFile(cloudsFile, 'utf8')) as { clouds: Record<string, { auth: Auth }> };
  const { catalog } = (await logIn(clouds[cloud]?.auth)).token;
  const glance = catalog.find(({ type }) => type === 'image')?.endpoints[0]?.url ?? '';
  const { versions } = (await (await fetch(`${glance}/versions`)).json()) as { versions: { id: string }[] };
  return versions.some(({ id }) => id === 'v2.18') ? 33 : 25;
}

async function logIn(auth: Auth | undefined): Promise<TokenBody> {
  const domain = { name: 'Default' };
  const user = { name: auth?.username, domain, password: auth?.password };
  const scope = { project: { name: auth?.project_name, domain } };
  const answer = await fetch(`${auth?.auth_url}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } }),
  });
  return (await answer.json()) as TokenBody;
}

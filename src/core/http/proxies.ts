import { Agent, type AgentOptions } from 'node:http';
import { Failure } from '../failure.ts';

/** Variables that name proxies, in the one spelling that is handed on. */
export type Proxies = Readonly<Partial<Record<'HTTP_PROXY' | 'HTTPS_PROXY' | 'NO_PROXY', string>>>;

/**
 * The proxies of an environment; `undefined` where it names none. As with curl, lower case comes first and the scheme may be
 * missing. Throws `proxy` for an address that is none, without its text: it may hold a password.
 */
export function readProxies(environment: Readonly<Record<string, string | undefined>>): Proxies | undefined {
  const value = (name: string): string => (environment[name.toLowerCase()] || environment[name])?.trim() ?? '';
  const named = (['HTTP_PROXY', 'HTTPS_PROXY'] as const)
    .filter((name) => value(name) !== '')
    .map((name): readonly [string, string] => [name, address(name, value(name))]);
  if (named.length === 0) return undefined;
  return { ...Object.fromEntries(named), ...(value('NO_PROXY') === '' ? {} : { NO_PROXY: value('NO_PROXY') }) };
}

/** Whether the agents of this Node heed `proxyEnv`: those before 22.21 and 24.5 take it for nothing. */
export function agentsHeedProxies(): boolean {
  const options: AgentOptions & { readonly proxyEnv: Proxies } = { proxyEnv: { HTTP_PROXY: 'http://[' } };
  try {
    new Agent(options).destroy();
    return false;
  } catch {
    // Whoever finds the address broken has looked at it.
    return true;
  }
}

function address(name: string, value: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const parsed = URL.parse(full);
  if (parsed !== null && ['http:', 'https:'].includes(parsed.protocol)) return full;
  const what = parsed === null ? 'is not the address of a proxy' : `names a proxy by ${parsed.protocol}//`;
  throw new Failure('proxy', `${name} ${what}; only http:// and https:// ones can be used.`, {
    next: `Correct ${name} in the environment, or unset it.`,
  });
}

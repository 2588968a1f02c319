import { Agent, type AgentOptions } from 'node:http';
import { Failure } from '../../core/failure.ts';

/** The proxy variables, in the spelling that is passed on. */
export type Proxies = Readonly<Partial<Record<'HTTP_PROXY' | 'HTTPS_PROXY' | 'NO_PROXY', string>>>;

/**
 * The proxies of an environment; `undefined` if it names none. As in curl, lower case comes first and the scheme may be
 * missing. Throws `proxy` for an invalid address, without quoting it: it may hold a password.
 */
export function readProxies(environment: Readonly<Record<string, string | undefined>>): Proxies | undefined {
  const value = (name: string): string => (environment[name.toLowerCase()] || environment[name])?.trim() ?? '';
  const named = (['HTTP_PROXY', 'HTTPS_PROXY'] as const)
    .filter((name) => value(name) !== '')
    .map((name): readonly [string, string] => [name, address(name, value(name))]);
  if (named.length === 0) return undefined;
  return { ...Object.fromEntries(named), ...(value('NO_PROXY') === '' ? {} : { NO_PROXY: value('NO_PROXY') }) };
}

/** Whether the agents of this Node support `proxyEnv`. Those before 22.21 and 24.5 ignore it. */
export function agentsHeedProxies(): boolean {
  const options: AgentOptions & { readonly proxyEnv: Proxies } = { proxyEnv: { HTTP_PROXY: 'http://[' } };
  try {
    new Agent(options).destroy();
    return false;
  } catch {
    // An invalid address is reported where it is used.
    return true;
  }
}

function address(name: string, value: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const parsed = URL.parse(full);
  if (parsed !== null && ['http:', 'https:'].includes(parsed.protocol)) return full;
  const what = parsed === null ? 'is not the address of a proxy' : `names a proxy by ${parsed.protocol}//`;
  throw new Failure('proxy', `${name} ${what}. Only http:// and https:// proxies are supported.`, {
    next: `Correct ${name} in the environment, or unset it.`,
  });
}

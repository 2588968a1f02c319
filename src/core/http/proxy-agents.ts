import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { agentsHeedProxies, isSpared, type Proxies } from './proxies.ts';

/** One agent for each protocol. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** The agents for requests to one address after another, by their proxies. */
export interface ProxiedAgents {
  for(url: string): Agents;
  destroy(): void;
}

/**
 * Agents that heed the proxies of an environment: Node's own ones where they can, else those of `http-proxy-agent` and `https-proxy-agent`.
 * @param byNode whether the agents of this Node heed `proxyEnv`
 */
export function proxiedAgents(
  options: AgentOptions,
  proxies: Proxies | undefined,
  byNode = agentsHeedProxies(),
): ProxiedAgents {
  const direct = agents(byNode ? { ...options, proxyEnv: proxies } : options);
  if (proxies === undefined || byNode) return { for: () => direct, destroy: () => destroyAll(direct) };
  const { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: spared = '' } = proxies;
  const proxied = {
    http: http === undefined ? direct.http : new PlainProxyAgent(http, options),
    https: https === undefined ? direct.https : new HttpsProxyAgent(https, options),
  };
  return {
    for: (url) => (isSpared(url, spared) ? direct : proxied),
    destroy: () => destroyAll(direct, proxied),
  };
}

/** The library makes the header anew as it connects; of one that waits behind it with a body, Node would send the header once more. */
class PlainProxyAgent extends HttpProxyAgent<string> {
  override connect(...[request, options]: Parameters<HttpProxyAgent<string>['connect']>): Promise<Socket> {
    const connecting = super.connect(request, options);
    const waiting: unknown = Reflect.get(request, 'outputData');
    if (Array.isArray(waiting) && waiting.length > 0) Reflect.set(request, '_headerSent', true);
    return connecting;
  }
}

/** `proxyEnv` is unknown to the types of Node 22, and to Node itself before 22.21. */
function agents(options: AgentOptions & { readonly proxyEnv?: Proxies | undefined }): Agents {
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

function destroyAll(...all: readonly Agents[]): void {
  for (const { http, https } of all) {
    http.destroy();
    https.destroy();
  }
}

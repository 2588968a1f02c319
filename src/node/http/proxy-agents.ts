import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { agentsHeedProxies, isSpared, type Proxies } from './proxies.ts';

/** One agent for each protocol. */
interface Agents {
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
    http: http === undefined ? direct.http : new HttpProxyAgent(http, options),
    https: https === undefined ? direct.https : new HttpsProxyAgent(https, options),
  };
  return {
    for: (url) => (isSpared(url, spared) ? direct : proxied),
    destroy: () => destroyAll(direct, proxied),
  };
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

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

/** The agents for a URL, chosen by its proxy. */
export interface ProxiedAgents {
  for(url: string): Agents;
  destroy(): void;
}

/**
 * Agents that use the proxies of an environment: Node's own if they support it, else those of `http-proxy-agent` and `https-proxy-agent`.
 * @param byNode whether the agents of this Node support `proxyEnv`
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

/** The types of Node 22 lack `proxyEnv`, as does Node before 22.21. */
function agents(options: AgentOptions & { readonly proxyEnv?: Proxies | undefined }): Agents {
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

function destroyAll(...all: readonly Agents[]): void {
  for (const { http, https } of all) {
    http.destroy();
    https.destroy();
  }
}

import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { hostOf } from '../../core/http/addresses.ts';
import { isSpared } from './no-proxy.ts';
import { agentsHeedProxies, type Proxies } from './proxies.ts';

/** One agent for each protocol. */
interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** How a URL is reached. */
interface Route {
  readonly agents: Agents;
  /** `host:port` of the proxy, if the environment names one for this URL. */
  readonly proxy?: string;
}

/** The routes to all URLs. */
export interface ProxiedAgents {
  for(url: string): Route;
  destroy(): void;
}

/**
 * Agents that use the proxies of an environment: Node's own if they support it, else those of `http-proxy-agent` and `https-proxy-agent`.
 * Which URLs are spared is decided here for both: Node's own agents know neither networks nor bare domains.
 * @param byNode whether the agents of this Node support `proxyEnv`
 */
export function proxiedAgents(
  options: AgentOptions,
  proxies: Proxies | undefined,
  byNode = agentsHeedProxies(),
): ProxiedAgents {
  const direct = agents(options);
  if (proxies === undefined) return { for: () => ({ agents: direct }), destroy: () => destroyAll(direct) };
  const { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: spared = '' } = proxies;
  const proxied = byNode
    ? agents({ ...options, proxyEnv: { ...proxies, NO_PROXY: '' } })
    : {
        http: http === undefined ? direct.http : new HttpProxyAgent(http, options),
        https: https === undefined ? direct.https : new HttpsProxyAgent(https, options),
      };
  return {
    for: (url) => {
      const proxy = url.startsWith('https:') ? https : http;
      return proxy === undefined || isSpared(url, spared)
        ? { agents: direct }
        : { agents: proxied, proxy: hostOf(proxy) };
    },
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
